import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { BenchNeedError } from '../bench.ts';

/** ip-netns(8): what lies here is laid over /etc for programs in the namespace. */
const CONFIG_ROOT = '/etc/netns';

/** A network of its own with nothing but a loopback, whose DNS server is 127.0.0.1. */
export interface Namespace extends Disposable {
  readonly name: string;
  /** The words that run a program in it. */
  command(words: readonly string[]): [string, ...string[]];
}

/**
 * Make a network namespace; disposing ends every process in it and leaves nothing behind.
 * @throws {BenchNeedError} when we may not
 */
export function makeNamespace(): Namespace {
  const name = `lsdistcc-bench-${process.pid}`;
  const firstMade = fs.mkdirSync(`${CONFIG_ROOT}/${name}`, { recursive: true });
  const remove = (): void => {
    process.off('exit', remove);
    removeNamespace(name);
    fs.rmSync(`${CONFIG_ROOT}/${name}`, { recursive: true, force: true });
    if (firstMade === CONFIG_ROOT) removeWhenEmpty(CONFIG_ROOT);
  };
  process.on('exit', remove); // an error that nobody expected must not leave a network behind
  try {
    fs.writeFileSync(`${CONFIG_ROOT}/${name}/resolv.conf`, 'nameserver 127.0.0.1\n');
    ip('netns', 'add', name);
    ip('-n', name, 'link', 'set', 'lo', 'up');
  } catch (cause) {
    remove();
    throw new BenchNeedError('Needs a system that lets root make network namespaces', { cause });
  }
  return {
    name,
    command: (words) => ['ip', 'netns', 'exec', name, ...words],
    [Symbol.dispose]: remove,
  };
}

function removeNamespace(name: string): void {
  try {
    for (let pids = pidsIn(name); pids.length > 0; pids = pidsIn(name)) pids.forEach(kill);
    ip('netns', 'del', name);
  } catch {
    // it was never made
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

function removeWhenEmpty(folder: string): void {
  try {
    fs.rmdirSync(folder);
  } catch {
    // somebody else's namespace has its files here
  }
}

function ip(...words: string[]): string {
  return execFileSync('ip', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
