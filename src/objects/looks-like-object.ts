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
  const isElf = MAGICS[0].every((byte, index) => bytes[index] === byte);
  const [first = 0, second = 0] = [bytes[18], bytes[19]];
  const isBig = bytes[5] === 2;
  return isElf && machine === (isBig ? first * 256 + second : first + second * 256);
}

/**
 * Whether bytes begin as an object file does: enough to tell a compiler's answer from a text, at no
 * cost. {@link readObject} tells the rest.
 */
export function looksLikeObject(bytes: Uint8Array): boolean {
  return MAGICS.some((magic) => magic.every((byte, index) => bytes[index] === byte));
}
