/** A byte; 0 beyond the end. By index: under Bun each Buffer that is read by its methods gets a DataView first. */
export function readUInt8(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

/** Two bytes, as the network has them; 0 beyond the end. */
export function readUInt16(bytes: Uint8Array, at: number): number {
  return readUInt8(bytes, at) * 256 + readUInt8(bytes, at + 1);
}
