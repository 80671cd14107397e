import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import type { ExecutionContext } from 'ava';

/** A network namespace: a machine of its own, as far as its network goes. */
export interface Machine {
  readonly name: string;
  /** The words that run a program on it. */
  within(words: readonly string[]): string[];
}

/** Two machines on one cable, `eth0` on each. */
export interface Cable {
  readonly farm: Machine;
  readonly client: Machine;
}

/** Which addresses the cable's ends have: 10.99.0.1 and .2, fe80::1 and ::2. */
export type Families = 'both' | 'ipv6' | 'none';

const PREFIX = 'lsdistcc-test-';
let madeCount = 0;

/** Join two new machines; they are gone, with all that runs on them, when the test is over. */
export function layCable(t: ExecutionContext, families: Families): Cable {
  const farm = makeMachine(t);
  const client = makeMachine(t);
  ip('-n', farm.name, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'eth0', 'netns', client.name);
  for (const [index, { name }] of [farm, client].entries()) {
    const on = ['-n', name] as const;
    // Addresses of our own choice, without the second that duplicates of them are looked for.
    ip(...on, 'link', 'set', 'eth0', 'addrgenmode', 'none');
    ip(...on, 'link', 'set', 'eth0', 'up');
    if (families === 'none') continue;
    ip(...on, 'address', 'add', `fe80::${index + 1}/64`, 'dev', 'eth0', 'nodad');
    if (families === 'both') ip(...on, 'address', 'add', `10.99.0.${index + 1}/24`, 'dev', 'eth0');
  }
  return { farm, client };
}

/** A machine with nothing but a loopback; it goes with the test. */
export function makeMachine(t: ExecutionContext): Machine {
  removeLeftovers();
  madeCount += 1;
  const name = `${PREFIX}${process.pid}-${madeCount}`;
  const remove = (): void => {
    process.off('exit', remove);
    removeNamespace(name);
  };
  process.on('exit', remove); // a test that hangs has no teardown
  t.teardown(remove);
  ip('netns', 'add', name);
  ip('-n', name, 'link', 'set', 'lo', 'up');
  return { name, within: (words) => ['ip', 'netns', 'exec', name, ...words] };
}

/** Of test runs that were killed. */
function removeLeftovers(): void {
  const names = listFolder('/run/netns').filter((name) => name.startsWith(PREFIX));
  for (const name of names) {
    const pid = name.slice(PREFIX.length).split('-')[0] ?? '';
    if (!fs.existsSync(`/proc/${pid}`)) removeNamespace(name);
  }
}

function removeNamespace(name: string): void {
  try {
    for (let pids = pidsIn(name); pids.length > 0; pids = pidsIn(name)) pids.forEach(kill);
    ip('netns', 'delete', name);
  } catch {
    // it was never made, or another process has removed it
  }
}

/** Only ours: the namespace is. */
function pidsIn(name: string): number[] {
  return ip('netns', 'pids', name).split('\n').filter(Boolean).map(Number);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended meanwhile
  }
}

function listFolder(folder: string): string[] {
  return fs.existsSync(folder) ? fs.readdirSync(folder) : [];
}

function ip(...words: string[]): string {
  return execFileSync('ip', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
