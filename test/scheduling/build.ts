import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { makeFolder } from '../helpers/make-folder.ts';
import { commandOf } from '../helpers/paths.ts';
import { baseEnvironment, killGroup, runCli } from '../helpers/run.ts';
import type { Run } from '../helpers/run.ts';
import { startFakeDistccd } from '../helpers/start-fake-distccd.ts';

/** Many clients of one user, as make starts them. */
export interface Build {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Start one distcc, with its own source. */
  readonly start: (words?: readonly string[], env?: Readonly<Record<string, string>>) => Client;
  /** Run `distcc OPTION …` beside them. */
  readonly ask: (...words: readonly string[]) => Promise<Run>;
}

/** A distcc that was started. */
export interface Client {
  readonly child: ChildProcess;
  readonly output: string;
  readonly ended: Promise<{
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
  }>;
}

/** A home with sources that are preprocessed already; its broker ends when the test removes it. */
export async function makeBuild(t: ExecutionContext, hosts: string): Promise<Build> {
  const folder = await makeFolder(t);
  const env = {
    ...baseEnvironment(folder, folder),
    DISTCC_DIR: path.join(folder, 'state'),
    DISTCC_HOSTS: hosts,
    DISTCC_FALLBACK: '0',
  };
  const ask = (...words: readonly string[]): Promise<Run> => runCli(t, 'distcc', words, { env });
  let count = 0;
  const start = (
    words: readonly string[] = [],
    more: Readonly<Record<string, string>> = {},
  ): Client => {
    const name = `s${(count += 1)}`;
    const output = path.join(folder, `${name}.o`);
    const command = words.length > 0 ? words : ['gcc', '-c', `${name}.i`, '-o', output];
    const [program, ...args] = [...commandOf('distcc'), ...command];
    const child = spawn(program, args, {
      cwd: folder,
      env: { ...env, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    t.teardown(() => {
      killGroup(child.pid);
    });
    return { child, output, ended: end(child) };
  };
  for (let index = 1; index <= 64; index += 1) {
    await writeFile(path.join(folder, `s${index}.i`), `int s${index} = ${index};\n`);
  }
  return { folder, env, start, ask };
}

async function end(child: ChildProcess) {
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'close') as Promise<[number | null]>,
    child.stdout === null ? '' : text(child.stdout),
    child.stderr === null ? '' : text(child.stderr),
  ]);
  return { code, stdout, stderr };
}

/** A host that answers after a while, and knows how many jobs it had at once. */
export async function startHost(t: ExecutionContext, afterMs: () => number) {
  const counted = { now: 0, most: 0, done: 0 };
  const { port } = await startFakeDistccd(t, async ({ socket, request, response }) => {
    const { args } = await request();
    // On a machine that is busy a job may be late: then the broker asks for a witness beside it.
    const weight = args.some((word) => SOURCE.test(word)) ? 1 : 0;
    counted.now += weight;
    counted.most = Math.max(counted.most, counted.now);
    const left = new AbortController();
    const leave = (): void => {
      if (!left.signal.aborted) counted.now -= weight;
      left.abort();
    };
    socket.on('close', leave).on('end', leave);
    try {
      await sleep(afterMs(), undefined, { signal: left.signal });
    } catch {
      return; // the client went away
    }
    counted.done += weight;
    leave();
    socket.end(response({ status: 0, object: ELF }));
  });
  return { port, counted };
}

/** What the clients of a {@link Build} send. */
const SOURCE = /^s\d+\.i$/;

const ELF = new Uint8Array(64);
ELF.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1], 0);
