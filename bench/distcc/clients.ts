import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { BenchNeedError } from '../bench.ts';
import { cpuMsOf } from '../distccd/proc.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The clients that are compared, the one that is the measure first. */
export const clientNames = ['original', 'executable', 'Node'] as const;

export type ClientName = (typeof clientNames)[number];

/** A client, with a state of its own. */
export interface Client {
  readonly name: ClientName;
  /** The words that start distcc: what stands before the compiler's name. */
  readonly command: readonly string[];
  /** The words that start another of its programs. */
  readonly commandOf: (program: string) => readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Where each client's programs are. */
const commandOf: Readonly<Record<ClientName, (program: string) => readonly string[]>> = {
  original: (program) => [`/usr/bin/${program}`],
  executable: (program) => [path.join(root, 'dist/bin', program)],
  Node: (program) => [process.execPath, path.join(root, `build/src/cli/${program}.js`)],
};

/**
 * Make every client ready.
 * @param folder - for their state
 * @param compilers - a folder of compilers, looked in first
 * @throws {BenchNeedError} when one is not there
 */
export function makeClients(folder: string, compilers: string): Client[] {
  return clientNames.map((name) => {
    const command = commandOf[name]('distcc');
    if (!command.every((file) => fs.existsSync(file))) {
      throw new BenchNeedError(
        `There is no ${command.at(-1) ?? name}: npm run build:bin makes ours`,
      );
    }
    const home = path.join(folder, name);
    fs.mkdirSync(path.join(home, 'state'), { recursive: true });
    const env = {
      PATH: `${compilers}:${process.env['PATH'] ?? '/usr/bin:/bin'}`,
      ...{ HOME: home, TMPDIR: home, DISTCC_DIR: path.join(home, 'state'), DISTCC_FALLBACK: '0' },
    };
    return { name, command, commandOf: commandOf[name], env };
  });
}

/** End the brokers of all clients. */
export function stopBrokers(clients: readonly Client[]): void {
  for (const { name, command, env } of clients) {
    const [program = '', ...words] = command;
    if (name !== 'original') execFileSync(program, [...words, '--stop'], { env });
  }
}

/** What a client's broker has used so far, in milliseconds; nothing where there is none. */
export function brokerCpuMs({ env }: Client): number {
  const wanted = `--broker\0${env['DISTCC_DIR'] ?? ''}/`;
  const pids = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const own = pids.filter((pid) => readText(`/proc/${pid}/cmdline`).includes(wanted));
  return own.reduce((sum, pid) => sum + cpuMsOf(Number(pid)), 0);
}

function readText(file: string): string {
  try {
    return fs.readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
