import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { baseEnvironment, killGroup } from '../helpers/run.ts';
import { makeFolder } from '../helpers/make-folder.ts';

/** A shell with nothing of the tester's own in it. */
const shells = { bash: 'bash --norc --noprofile -i', zsh: 'zsh -f -i' };

/** What is typed, and where. */
export interface Typing {
  /** Commands before, on one line. */
  readonly setup: string;
  /** Programs that are not run: their words are looked at. */
  readonly programs: readonly string[];
  /** Command lines with `\t` where the key is pressed. */
  readonly lines: readonly string[];
  readonly cwd?: string;
}

/** A shell that is not done by then hangs. */
const HANG_MS = 60_000;

/**
 * Type lines into an interactive shell on a terminal of its own.
 * @returns what became of each line: its words after the program's name, each as `<word>`
 */
export async function typeIntoShell(
  t: ExecutionContext,
  shell: keyof typeof shells,
  { setup, programs, lines, cwd }: Typing,
): Promise<string[]> {
  const home = await makeFolder(t);
  const tmp = path.join(home, 'tmp');
  await mkdir(tmp);
  const terminal = spawn('script', ['-qec', shells[shell], '/dev/null'], {
    cwd: cwd ?? home,
    env: { ...baseEnvironment(home, tmp), TERM: 'dumb', HISTFILE: '' },
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  const hang = setTimeout(() => {
    killGroup(terminal.pid);
  }, HANG_MS);
  terminal.stdin.on('error', () => undefined);
  const stubs = programs.map((name) => `${name}() { printf '%s' '=>'; printf '<%s>' "$@"; echo; }`);
  // The quotes: the line as it is typed is none of the answers.
  terminal.stdin.write(`${[setup, ...stubs, `echo "=""><>"`].join('; ')}\r`);
  let said = '';
  let typed = 0;
  terminal.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
    const answers = answersIn(said).length;
    if (answers <= typed) return;
    terminal.stdin.write(`${lines[typed] ?? 'exit'}\r`);
    typed += 1;
  });
  await once(terminal, 'close');
  clearTimeout(hang);
  const [, ...answers] = answersIn(said);
  if (answers.length < lines.length) throw new Error(`${shell} hangs: ${JSON.stringify(said)}`);
  return answers;
}

/** Whole lines only: the rest of the last one may still be on its way. */
function answersIn(said: string): string[] {
  return [...said.matchAll(/^=>(<.*>)\r*\n/gm)].map(([, answer = '']) => answer);
}
