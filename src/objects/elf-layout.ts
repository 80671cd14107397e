/** Where the fields of the ELF structures lie (System V ABI, chapter 4), by class. */
export const elfLayouts = {
  32: {
    header: {
      bytes: 52,
      sectionTable: 32,
      flags: 36,
      sectionBytes: 46,
      sectionCount: 48,
      nameSection: 50,
    },
    section: { bytes: 40, flags: 8, offset: 16, size: 20, link: 24 },
    symbol: { bytes: 16, value: 4, size: 8, section: 14 },
  },
  64: {
    header: {
      bytes: 64,
      sectionTable: 40,
      flags: 48,
      sectionBytes: 58,
      sectionCount: 60,
      nameSection: 62,
    },
    section: { bytes: 64, flags: 8, offset: 24, size: 32, link: 40 },
    symbol: { bytes: 24, value: 8, size: 16, section: 6 },
  },
} as const;

/** Values of the ELF structures' fields (System V ABI, chapter 4). */
export const elf = {
  relocatable: 1,
  sectionOfBits: 1,
  sectionOfSymbols: 2,
  sectionWithoutBits: 8,
  sectionIsExecutable: 4,
  /** SHN_LORESERVE: from here on a section index means something else. */
  firstReservedSection: 0xff00,
} as const;
