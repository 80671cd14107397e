import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { KILL_DELAY_MS } from '../process/index.ts';
import type { SshCommand } from './command.ts';
import { explainSsh, SshError } from './ssh-error.ts';

/** So much of ssh's standard error is kept: its last words say what is wrong. */
const MAX_SAID_CHARS = 8192;

/** A running ssh. */
export interface SshProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** Once it is gone: its exit code, null when a signal ended it, and why nothing came of it. */
  readonly ended: Promise<{ readonly code: number | null; readonly error: SshError }>;
  isOver(): boolean;
  /** End it: politely, then for certain. */
  kill(): void;
}

/**
 * Start ssh, keeping the end of its standard error. Never throws: a program that is not there is one that
 * ended.
 * @param name - the host's entry, for messages
 */
export function startSsh(
  name: string,
  { file, args }: SshCommand,
  env: NodeJS.ProcessEnv,
): SshProcess {
  const child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-MAX_SAID_CHARS);
  });
  for (const stream of [child.stdin, child.stdout, child.stderr]) {
    stream.on('error', () => undefined); // its end tells more
  }
  let isOver = false;
  const ended = new Promise<{ code: number | null; error: SshError }>((resolve) => {
    const end = (code: number | null, error: SshError): void => {
      isOver = true;
      resolve({ code, error });
    };
    child.on('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code ?? cause.message;
      if (child.pid !== undefined) return;
      end(
        null,
        new SshError('no-ssh', `Cannot reach ${name}: cannot run "${file}": ${why}`, { cause }),
      );
    });
    child.on('close', (code) => {
      end(code, explainSsh(name, code, said));
    });
  });
  const kill = (): void => {
    if (isOver || child.pid === undefined) return;
    child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), KILL_DELAY_MS).unref();
    void ended.then(() => {
      clearTimeout(killer);
    });
  };
  return { child, ended, isOver: () => isOver, kill };
}
