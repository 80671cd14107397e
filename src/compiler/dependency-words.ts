import type { CommandOption } from './read-command.ts';

/**
 * An option without what makes it write dependencies.
 * @returns the option as it is, less of it, or nothing
 */
export function withoutDependencies(option: CommandOption): CommandOption[] {
  if (/^-M(?:M?D$|[GP]$|[FTQ])/.test(option.name)) return [];
  if (!option.name.startsWith('-Wp,')) return [option];
  const words = option.name.split(',').slice(1);
  const kept = words.filter(
    (word, index) => !/^-M/.test(word) && !/^-M(?:M?D|[FTQ])$/.test(words[index - 1] ?? ''),
  );
  return kept.length === 0 ? [] : [{ ...option, name: ['-Wp', ...kept].join(',') }];
}
