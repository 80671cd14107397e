import { localReason } from './local-reason.ts';
import { readCommand } from './read-command.ts';

/** What a server has no need of when the client preprocesses, and what would read or write its files. */
const serverRules: readonly (readonly [RegExp, string])[] = [
  [/^-(?:include|imacros)/, 'reads a file of this server'],
  [/^-M/, 'writes a file on this server'],
  [/^-(?:Wp,|Xpreprocessor$)/, 'is for a preprocessor'],
];

/**
 * Why a server may not run a command on preprocessed text: an option that loads code, runs another
 * program, or touches a file beside input and output. Where input and output lie is not looked at.
 * @param words - compiler first
 * @returns one clause for the client, or undefined when the command may run
 */
export function refusalOf(words: readonly string[]): string | undefined {
  const file = words.find((word) => word.startsWith('@'));
  if (file !== undefined) return `${file} stands for more words`;
  for (const item of readCommand(words.slice(1))) {
    if (item.kind === 'input') continue;
    const rule = serverRules.find(([pattern]) => pattern.test(item.name));
    const reason = rule ? `${item.name} ${rule[1]}` : localReason(item);
    if (reason !== undefined) return reason;
  }
  return undefined;
}
