import { localReason } from './local-reason.ts';
import { readCommand, valueFor } from './read-command.ts';
import type { CommandOption } from './read-command.ts';

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
  const file = words.find((word) => word.startsWith('@'));
  if (file !== undefined) return `${file} stands for more words`;
  for (const item of readCommand(words.slice(1))) {
    if (item.kind === 'input') continue;
    const reason = [item, ...asOptions(item)]
      .map((option) => reasonOf(option, preprocessAt))
      .find((each) => each !== undefined);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function reasonOf(option: CommandOption, preprocessAt: 'client' | 'server'): string | undefined {
  const rules = preprocessAt === 'client' ? preprocessed : always;
  const rule = rules.find(([pattern]) => pattern.test(option.name));
  if (rule !== undefined) return `${option.name} ${rule[1]}`;
  const sysroot = preprocessAt === 'server' ? sysrootReason(option) : undefined;
  return targetReason(option) ?? sysroot ?? localReason(option);
}

/**
 * What is one compiler's value is another's option: gcc takes `-isystem-after` and clang `-auxbase` for
 * a whole word, and the next as it stands. A word handed on to one part has its own rules.
 */
function asOptions({ name, value }: CommandOption): CommandOption[] {
  const isSafe = value?.startsWith('-') !== true || /^-(?:X|mllvm$)/.test(name);
  return isSafe ? [] : [{ kind: 'option', name: value }];
}

/** clang looks for `TARGET-as`: with a slash that is a path, from the folder it runs in. */
function targetReason(option: CommandOption): string | undefined {
  const target = valueFor('--target=', option) ?? valueFor('-target', option);
  return target?.includes('/') === true ? `${option.name} names a path` : undefined;
}

/**
 * clang looks for an assembler below the sysroot, which could be among the files of a pump client:
 * `/proc/self/cwd` is the folder it runs in. So it must be where links of such files may lead.
 */
function sysrootReason(option: CommandOption): string | undefined {
  const sysroot = valueFor('--sysroot', option)?.replace(/^=/, '');
  if (sysroot === undefined) return undefined;
  const isSystem = /^\/(?:(?:usr|opt)(?:\/|$)|$)/.test(sysroot);
  if (isSystem && !sysroot.split('/').includes('..')) return undefined;
  return `${option.name} leads out of /usr and /opt`;
}
