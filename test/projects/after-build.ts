import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Blacklist } from '../../src/blacklist/index.ts';
import { openBroker } from '../../src/scheduling/index.ts';
import { commandOf } from '../helpers/paths.ts';

/** Slots are granted at once; what has not come by then is lost. */
const GRANT_MS = 3000;

/** What `distcc OPTION …` prints. */
export async function ask(
  env: Readonly<Record<string, string>>,
  ...words: string[]
): Promise<string> {
  const [program, ...args] = [...commandOf('distcc'), ...words];
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  return text(child.stdout);
}

/** No job is left, and each server has all its slots, and no more. */
export async function checkSlots(
  ports: readonly number[],
  slots: number,
  env: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const status = await ask(env, '--status');
  const faults = status === '\n' ? [] : [`Jobs are left:\n${status}`];
  const folder = env['DISTCC_DIR'] ?? '';
  new Blacklist({ folder }).forgiveAll();
  await sleep(300); // the broker reads the blacklist so often
  const checks = ports.map(async (port) => {
    const takers = Array.from({ length: slots + 1 }, () => takeSlot(folder, port, slots));
    const taken = await Promise.all(takers.map(({ isGranted }) => isGranted));
    for (const { giveBack } of takers) await giveBack();
    const count = taken.filter(Boolean).length;
    return count === slots ? [] : [`${count} slots of ${slots} can be taken at ${port}`];
  });
  return [...faults, ...(await Promise.all(checks)).flat()];
}

function takeSlot(folder: string, port: number, slots: number) {
  const list = `127.0.0.1:${port}/${slots}`;
  const open = { wish: 'open', pid: process.pid, file: 'x', compiler: 'gcc', list } as const;
  const opened = openBroker(folder, open);
  const wanted = opened.then((open) => open?.broker.ask({ wish: 'host', bytes: 1 }));
  const late = sleep(GRANT_MS, undefined, { ref: false });
  return {
    isGranted: Promise.race([wanted, late])
      .then((grant) => grant?.grant === 'host')
      .catch(() => false),
    giveBack: async () => {
      (await opened)?.broker.close();
      await wanted.catch(() => undefined);
    },
  };
}

/** Temporary files of the client. */
export async function findLeftovers(
  sources: string,
  env: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const halves = await readdir(sources, { recursive: true });
  const left = [
    ...halves.filter((name) => path.basename(name).startsWith('.distcc-')),
    ...(await readdir(env['TMPDIR'] ?? '')),
  ];
  return left.map((file) => `The client left ${file}`);
}

/** Whoever was started by this build, a daemon, a broker or a compiler, has its folder in the environment. */
export async function findProcesses(state: string): Promise<readonly string[]> {
  await sleep(500);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const read = (file: string): Promise<string> => readFile(file, 'latin1').catch(() => '');
  const found = pids.map(async (pid) => {
    const environment = await read(`/proc/${pid}/environ`);
    const command = (await read(`/proc/${pid}/cmdline`)).replaceAll('\0', ' ');
    return environment.includes(`${state}/`) ? [`Process ${pid} is left: ${command}`] : [];
  });
  return (await Promise.all(found)).flat();
}
