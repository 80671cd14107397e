/** What a source becomes once it is preprocessed, by extension (fact sheet 3.4). */
const preprocessedExtensions: ReadonlyMap<string, string> = new Map([
  ['.c', '.i'],
  ['.i', '.i'],
  ['.cc', '.ii'],
  ['.cpp', '.ii'],
  ['.cxx', '.ii'],
  ['.cp', '.ii'],
  ['.c++', '.ii'],
  ['.C', '.ii'],
  ['.ii', '.ii'],
  ['.m', '.mi'],
  ['.mi', '.mi'],
  ['.mm', '.mii'],
  ['.M', '.mii'],
  ['.mii', '.mii'],
]);

/**
 * The extension of a file name, dot included, or `''`: from the last dot of the whole path, as the
 * original counts it, and with something behind the dot.
 */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 || dot === name.length - 1 ? '' : name.slice(dot);
}

/** Is this the name of a file that can be compiled elsewhere? Case counts: `.C` is C++. */
export function isSourceName(name: string): boolean {
  return preprocessedExtensions.has(extensionOf(name));
}

/**
 * The extension of the preprocessed text: `.i` for `.c`, `.ii` for C++; itself for `.i`.
 * @param extension - of a source name, dot included
 * @returns undefined when nothing with that extension is a source
 */
export function preprocessedExtensionOf(extension: string): string | undefined {
  return preprocessedExtensions.get(extension);
}

/** The name behind the last `/`. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
