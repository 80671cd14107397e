import { fileURLToPath } from 'node:url';
import { isSingleFile } from '../process/index.ts';
import type { BrokerCommand } from '../scheduling/index.ts';

/** The option by which distcc is the broker; not for people. */
export const BROKER_OPTION = '--broker';

/** distcc once more, by its own name: this one may stand in a compiler's place. */
export function brokerCommand(): BrokerCommand {
  const script = isSingleFile() ? [] : [fileURLToPath(new URL('distcc.js', import.meta.url))];
  return { file: process.execPath, args: [...script, BROKER_OPTION], argv0: 'distcc' };
}
