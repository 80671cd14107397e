import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';

/** How a command is run and measured. */
export interface RunOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** It is ended then, and counts as that long. */
  readonly capMs: number;
  readonly signal: AbortSignal;
}

/** What a command took. */
export interface Measured {
  readonly wallMs: number;
  /** Processor time of the command and of all that it waited for. */
  readonly cpuMs: number;
  /** The most memory that it had at once, as far as it was seen; not of what it started. */
  readonly peakBytes: number;
}

/** Between two looks at a process's memory. */
const LOOK_MS = 4;

/**
 * Run one command and measure it. Only one may run at a time: processor time is what this process is
 * told of children that have ended.
 * @throws {Error} when it fails within its time
 */
export async function measureRun(
  [program = '', ...words]: readonly string[],
  { cwd, env, capMs, signal }: RunOptions,
): Promise<Measured> {
  signal.throwIfAborted();
  const cpuBefore = childrenCpuMs();
  const startedAtMs = performance.now();
  const child = spawn(program, words, {
    cwd,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  let peakBytes = 0;
  const look = setInterval(() => {
    peakBytes = Math.max(peakBytes, peakOf(child.pid));
  }, LOOK_MS);
  const over = AbortSignal.any([signal, AbortSignal.timeout(capMs)]);
  const end = (): void => {
    killGroup(child.pid);
  };
  over.addEventListener('abort', end);
  const [code] = (await once(child, 'close')) as [number | null];
  over.removeEventListener('abort', end);
  clearInterval(look);
  const wallMs = performance.now() - startedAtMs;
  signal.throwIfAborted();
  if (code !== 0 && !over.aborted) {
    throw new Error(`${program} ${words.join(' ')} ended with ${code ?? 'a signal'}: ${said}`);
  }
  return { wallMs, cpuMs: childrenCpuMs() - cpuBefore, peakBytes };
}

/** proc(5): processor time of children that were waited for, in hundredths of a second. */
function childrenCpuMs(): number {
  const stat = fs.readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

function peakOf(pid: number | undefined): number {
  try {
    const status = fs.readFileSync(`/proc/${pid ?? 0}/status`, 'utf8');
    return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // it has gone by itself
  }
}
