/** The first bytes of ELF, of Mach-O in both orders and both sizes, of COFF for x86 and ARM, of wasm. */
const MAGICS = [
  [0x7f, 0x45, 0x4c, 0x46],
  [0xfe, 0xed, 0xfa, 0xce],
  [0xfe, 0xed, 0xfa, 0xcf],
  [0xce, 0xfa, 0xed, 0xfe],
  [0xcf, 0xfa, 0xed, 0xfe],
  [0x64, 0x86],
  [0x4c, 0x01],
  [0x64, 0xaa],
  [0xc4, 0x01],
  [0x00, 0x61, 0x73, 0x6d],
] as const;

/**
 * Whether these bytes begin as an ELF object for a machine.
 * @param machine - its number in ELF; undefined is none
 */
export function isElfFor(bytes: Uint8Array, machine: number | undefined): boolean {
  const [, , , , , order, low = 0, high = 0] = [...bytes.subarray(0, 6), ...bytes.subarray(18, 20)];
  const isElf = MAGICS[0].every((byte, index) => bytes[index] === byte);
  return isElf && machine === (order === 2 ? low * 256 + high : low + high * 256);
}

/**
 * Whether bytes begin as an object file does: enough to tell a compiler's answer from a text, at no
 * cost. {@link readObject} tells the rest.
 */
export function looksLikeObject(bytes: Uint8Array): boolean {
  return MAGICS.some((magic) => magic.every((byte, index) => bytes[index] === byte));
}
