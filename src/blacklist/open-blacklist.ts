import { backoffPeriodMs, distccFolder } from '../process/index.ts';
import { Blacklist } from './blacklist.ts';
import type { BlacklistOptions } from './blacklist.ts';

/** The blacklist of this user, which `lsdistcc` and `distcc` share. */
export function openBlacklist(
  env: NodeJS.ProcessEnv,
  options: Pick<BlacklistOptions, 'looksOnce'> = {},
): Blacklist {
  const periodMs = backoffPeriodMs(env);
  return new Blacklist({ ...options, folder: distccFolder(env), periodMs });
}
