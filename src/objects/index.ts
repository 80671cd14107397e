export type { Endianness, ObjectFile, ObjectFormat } from './object-file.ts';
export { looksLikeObject } from './looks-like-object.ts';
export { readObject, readSymbol } from './read-object.ts';
