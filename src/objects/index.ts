export { elfMachines } from './elf-machines.ts';
export type { Endianness, ObjectFile, ObjectFormat } from './object-file.ts';
export { isElfFor, looksLikeObject } from './looks-like-object.ts';
export { readObject } from './read-object.ts';
