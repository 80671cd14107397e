import { backoffPeriodMs, distccFolder } from '../process/index.ts';
import { Blacklist } from './blacklist.ts';

/** The blacklist of this user, which `lsdistcc` and `distcc` share. */
export function openBlacklist(env: NodeJS.ProcessEnv): Blacklist {
  return new Blacklist({ folder: distccFolder(env), periodMs: backoffPeriodMs(env) });
}
