export type { Endianness, ObjectFile, ObjectFormat } from './object-file.ts';
export { readObject, readSymbol } from './read-object.ts';
