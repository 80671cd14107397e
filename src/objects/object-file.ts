/** The containers object files come in. */
export type ObjectFormat = 'elf' | 'mach-o' | 'coff';

/** Which end of a number comes first in memory. */
export type Endianness = 'little' | 'big';

/** What a relocatable object file says of itself. */
export interface ObjectFile {
  readonly format: ObjectFormat;
  /** First word of the GNU triple: `x86_64`, `i686`, `arm`, `mips64el`, `powerpc64le`; `elf-machine-N` when unknown. */
  readonly machine: string;
  readonly bits: 32 | 64;
  readonly endianness: Endianness;
  /** What the machine alone leaves open: `eabihf`, `n32`, `lp64d`, `x32`, `elfv2`; empty when nothing is to be said. */
  readonly abi: string;
  /** The compiler's identification (ELF `.comment`), printable ASCII, at most 200 characters. */
  readonly compiler: string | undefined;
  /** The executable sections, one after the other in the order of the section table. */
  readonly code: Uint8Array;
  /**
   * The initialised bytes of a defined data symbol, not copied.
   * @param name - as C writes it; the format's own prefix is added here
   * @returns ELF: as many bytes as the symbol's size; Mach-O and COFF, which keep no size: up to the
   *   end of its section; undefined when there is no such symbol or it has no bytes in the file
   * @throws {ObjectError} when the symbols name ranges outside of the file
   */
  readonly symbol: (name: string) => Uint8Array | undefined;
}

/** What each format's reader offers. */
export interface ObjectFormatReader {
  /** Whether the first bytes are those of this format. */
  readonly matches: (bytes: Uint8Array) => boolean;
  /** @throws {ObjectError} when the bytes break the format */
  readonly read: (bytes: Uint8Array) => ObjectFile;
}
