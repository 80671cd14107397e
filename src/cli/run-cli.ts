import { DistccError } from '../errors/index.ts';

/** How a program ends when it could not do its work. */
export interface CliOptions {
  /** The exit code for a command line that makes no sense (101). */
  readonly usageCode?: number;
  /** End by the very signal that stopped it, as a compiler would; else exit with 128 + its number. */
  readonly diesBySignal?: boolean;
}

const signalCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Run a program's main function: its number becomes the exit code, a typed error one line on standard
 * error and its own exit code; anything else is a bug and shows its stack.
 */
export async function runCli(
  program: string,
  options: CliOptions,
  main: (signal: AbortSignal) => Promise<number>,
): Promise<void> {
  const stop = new AbortController();
  let stoppedBy: keyof typeof signalCodes | undefined;
  const listen = (name: keyof typeof signalCodes): void => {
    process.on(name, () => {
      stoppedBy ??= name;
      stop.abort(new Error(`Stopped by ${name}`));
    });
  };
  listen('SIGINT');
  listen('SIGTERM');
  listen('SIGHUP');
  process.stdout.on('error', ignoreClosedPipe);
  try {
    process.exitCode = await main(stop.signal);
  } catch (error) {
    if (stoppedBy === undefined) process.exitCode = tell(program, error, options);
    else if (options.diesBySignal === true) dieBy(stoppedBy);
    else process.exitCode = signalCodes[stoppedBy];
  }
}

/** `lsdistcc … | head -1` closes our output early: that is no error. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

function tell(program: string, error: unknown, options: CliOptions): number {
  if (!(error instanceof DistccError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${program}: ${text}\n`);
    return 1;
  }
  process.stderr.write(`${program}: ${error.message}\n`);
  return error.name === 'ArgumentError' ? (options.usageCode ?? error.exitCode) : error.exitCode;
}

function dieBy(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
