/** The languages of `-x` that are compiled elsewhere, and what each is once preprocessed. */
const preprocessedLanguages: ReadonlyMap<string, string> = new Map([
  ['c', 'cpp-output'],
  ['c++', 'c++-cpp-output'],
  ['objective-c', 'objective-c-cpp-output'],
  ['objective-c++', 'objective-c++-cpp-output'],
]);

/**
 * What to name with `-x` when the text is already preprocessed. These names pass the original
 * server's own test of the word after `-x` (fact sheet 3.3).
 * @returns undefined for a language that is compiled here only
 */
export function preprocessedLanguage(language: string): string | undefined {
  return isPreprocessedLanguage(language) ? language : preprocessedLanguages.get(language);
}

/** Does `-x` say that the text needs no preprocessor? */
export function isPreprocessedLanguage(language: string): boolean {
  return [...preprocessedLanguages.values()].includes(language);
}
