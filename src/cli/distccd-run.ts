import { parseCommandLine } from './command-line.ts';
import { closeInherited } from '../process/index.ts';
import { detach, isDetached } from './detach.ts';
import { isForStandardInput } from './distccd-inetd.ts';
import { distccdProgram, readSettings } from './distccd-options.ts';
import { refuseGssapi } from './refuse-gssapi.ts';
import { formatVersion } from './version.ts';

/** The original's other name for it. */
const BOTNET = '--make-me-a-botnet';

/**
 * distccd(1), its words to its end.
 * @returns the exit code
 */
export async function runDistccd(words: readonly string[], signal: AbortSignal): Promise<number> {
  // A compiler sees nothing of who started us; what we start ourselves gets nothing but the way to tell us.
  if (!isDetached()) closeInherited();
  const argv = words.map((word) => (word === BOTNET ? '--enable-tcp-insecure' : word));
  const line = parseCommandLine(distccdProgram, argv);
  refuseGssapi(line);
  if (line.has('help')) line.help();
  else if (line.has('version')) process.stdout.write(formatVersion('distccd'));
  else if (isForStandardInput(line)) {
    const { serveOnce } = await import('./distccd-inetd.ts');
    return serveOnce(line, signal);
  } else if (line.has('tunnel')) {
    const { serveTunnel } = await import('./distccd-tunnel.ts');
    return serveTunnel(line, signal);
  } else if (!line.has('detach') || line.has('wizard')) {
    const { serve } = await import('./distccd-serve.ts');
    await serve(line, signal);
  } else {
    readSettings(line); // what is wrong with the words is said by who was started by a person
    return detach(argv);
  }
  return 0;
}
