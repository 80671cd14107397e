export { lzoCompress } from './compress.ts';
export { lzoDecompress } from './decompress.ts';
export type { DecompressOptions } from './decompress.ts';
