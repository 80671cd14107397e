import { baseName } from './source-names.ts';

/**
 * Is this compiler clang? By its name, and for a `cc` by what its preprocessor writes: gcc calls the
 * command line `<command-line>`.
 * @param text - what its preprocessor wrote
 */
export function isClang(compiler: string, text: Uint8Array = new Uint8Array(0)): boolean {
  if (isNamedClang(compiler)) return true;
  const head = Buffer.from(text.buffer, text.byteOffset, Math.min(text.byteLength, HEAD_BYTES));
  return head.includes(' "<command line>"');
}

/** clang writes its line within the first 200 bytes and the source's name. */
const HEAD_BYTES = 8192;

/** Does the name say that it is clang? */
export function isNamedClang(compiler: string): boolean {
  return baseName(compiler).includes('clang');
}

/** Does the name say that it is gcc? */
export function isNamedGcc(compiler: string): boolean {
  return /(?:^|-)g(?:cc|\+\+)(?:-|$)/.test(baseName(compiler));
}
