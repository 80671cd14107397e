import { DistccError, exitCodes, StoppedError, stopSignals } from '../errors/index.ts';
import type { StopSignal } from '../errors/index.ts';
import { ignoredSignals, writeOut } from '../process/index.ts';

/** How a program ends when it could not do its work. */
export interface CliOptions {
  /** The exit code for a command line that makes no sense (101). */
  readonly usageCode?: number;
  /** End by the very signal that stopped it, as a compiler would; else exit with 128 + its number. */
  readonly diesBySignal?: boolean;
}

/**
 * A program's work.
 * @param useStreams - called before the first use of `process.stdout` or `process.stderr`: to make them takes
 *   the executable 2 ms, and `print` and `writeOut` do without
 * @returns the exit code
 */
export type Main = (signal: AbortSignal, useStreams: () => void) => Promise<number>;

const signalCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGPIPE: 141 } as const;

/**
 * Run a program's main function: its number becomes the exit code, a typed error one line on standard
 * error and its own exit code; anything else is a bug and shows its stack.
 */
export async function runCli(program: string, options: CliOptions, main: Main): Promise<void> {
  const stop = new AbortController();
  let stoppedBy: keyof typeof signalCodes | undefined;
  const stopBy = (name: keyof typeof signalCodes): void => {
    stoppedBy ??= name;
    stop.abort(new Error(`Stopped by ${name}`));
  };
  let usesStreams = false as boolean;
  heedSignals(options, stopBy);
  try {
    process.exitCode = await main(stop.signal, () => {
      usesStreams = true;
      watchOutputs(program, stopBy);
    });
  } catch (error) {
    if (error instanceof StoppedError) stoppedBy ??= error.signal;
    if (stoppedBy === undefined) process.exitCode = tell(program, error, options);
    else endBy(stoppedBy, options);
  }
  // One that dies by a signal is let go on until that comes.
  if (stoppedBy !== undefined && options.diesBySignal === true) return;
  // Without streams all is written: to take down what is left costs the executable more than all else, and
  // attempts to connect that it has given up keep it for two minutes.
  if (usesStreams) await drainOutputs();
  process.exit();
}

/** Wait until all is written, or cannot be; who reads nothing may keep us for ever, and then a signal helps. */
async function drainOutputs(): Promise<void> {
  for (const name of stopSignals) process.removeAllListeners(name);
  await Promise.all([process.stdout, process.stderr].map(drain));
}

function drain(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.end(() => setImmediate(resolve)); // those who hear of errors do so first
  });
}

function heedSignals(
  { diesBySignal = false }: CliOptions,
  stopBy: (name: StopSignal) => void,
): void {
  const ignored = diesBySignal ? ignoredSignals() : [];
  for (const name of stopSignals) {
    process.on(name, ignored.includes(name) ? () => undefined : stopBy);
  }
  // Who starts us may ignore it, and then the system tells the executable nothing of its children.
  process.on('SIGCHLD', () => undefined);
}

function watchOutputs(program: string, stopBy: (name: 'SIGPIPE') => void): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') {
      writeOut(2, `${program}: Cannot write the output: ${error.code ?? error.message}\n`);
      process.exit(exitCodes.ioError);
    }
    stopBy('SIGPIPE'); // `lsdistcc … | head -1`, or a terminal that is gone: nobody reads on
  });
  process.stderr.on('error', () => undefined); // there is nowhere to tell it
}

function tell(program: string, error: unknown, options: CliOptions): number {
  if (!(error instanceof DistccError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    writeOut(2, `${program}: ${text}\n`);
    return 1;
  }
  writeOut(2, `${program}: ${error.message}\n`);
  return error.name === 'ArgumentError' ? (options.usageCode ?? error.exitCode) : error.exitCode;
}

function endBy(signal: keyof typeof signalCodes, { diesBySignal = false }: CliOptions): void {
  process.exitCode = signalCodes[signal];
  if (!diesBySignal || signal === 'SIGPIPE') return;
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
