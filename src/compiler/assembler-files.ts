/**
 * Does preprocessed text seem to read more files when it is compiled: by the assembler's `.incbin`
 * and `.include`, or as a precompiled header? Then only this machine has them. A string put together
 * from pieces is not seen through, so this is no defence against a hostile client.
 * @param text - the whole preprocessed source
 */
export function readsMoreFiles(text: Uint8Array): boolean {
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  return ['.incbin', '.include', 'pch_preprocess'].some((word) => bytes.includes(word));
}
