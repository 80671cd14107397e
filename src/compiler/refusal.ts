import { localReason } from './local-reason.ts';
import { readCommand } from './read-command.ts';

type Rules = readonly (readonly [RegExp, string])[];

/** What would read or write files that no rule here looks at. */
const always: Rules = [[/^-(?:Wp,(?!(?:-[DU][^,]+,?)+$)|Xpreprocessor$)/, 'is for a preprocessor']];

/** What a server has no need of when the client preprocesses. */
const preprocessed: Rules = [
  [/^-(?:include|imacros)/, 'reads a file of this server'],
  [/^-M/, 'writes a file on this server'],
  ...always,
];

/**
 * Why a server may not run a command: an option that loads code, runs another
 * program, or touches a file beside input and output. Where input and output lie is not looked at.
 * @param words - compiler first
 * @param preprocessAt - `server` for a source that comes with its headers
 * @returns one clause for the client, or undefined when the command may run
 */
export function refusalOf(
  words: readonly string[],
  preprocessAt: 'client' | 'server' = 'client',
): string | undefined {
  const rules = preprocessAt === 'client' ? preprocessed : always;
  const file = words.find((word) => word.startsWith('@'));
  if (file !== undefined) return `${file} stands for more words`;
  for (const item of readCommand(words.slice(1))) {
    if (item.kind === 'input') continue;
    const rule = rules.find(([pattern]) => pattern.test(item.name));
    const reason = rule ? `${item.name} ${rule[1]}` : localReason(item);
    if (reason !== undefined) return reason;
  }
  return undefined;
}
