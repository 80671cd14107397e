import { fileURLToPath } from 'node:url';

/** The option by which distcc is the broker; not for people. */
export const BROKER_OPTION = '--broker';

/** The command that runs a broker; its last word is to be the broker's folder. */
export function brokerCommand(): readonly string[] {
  const script = fileURLToPath(new URL('distcc.js', import.meta.url));
  return [process.execPath, script, BROKER_OPTION];
}
