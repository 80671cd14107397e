import type { CommandOption } from './read-command.ts';

/** Options with a value, joined or in the next word, that only the preprocessor or linker reads. */
const withValue =
  /^-(?:[DUILlFATuz]|W[lp],|include|imacros|M[FTQ]|stdlib|c-isystem|cxx-isystem|-sysroot|i(?:system|quote|dirafter|prefix|withprefix|framework|withsysroot|multi))/;
const exact =
  /^-(?:undef|nostdinc(?:\+\+)?|MM?D|M[GP]|H|e|Xlinker|Xpreprocessor|framework|finput-charset=.*)$/;

/**
 * Is this option of no use to who compiles preprocessed text without linking? Such words are not
 * sent (fact sheet 3.7), and a server leaves them out.
 */
export function isForOtherStage(option: CommandOption): boolean {
  const { name, value = '' } = option;
  // Apple's compiler reads the version to build for from the name of the SDK.
  if (name.startsWith('-isysroot')) return !/\.sdk\/?$/.test(value || name);
  return withValue.test(name) || exact.test(name);
}
