import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';

const manifest = JSON.parse(
  fs.readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
) as { version: string; optionalDependencies: Record<string, string> };

/** What is measured on and with, for the page: nothing that names this one machine. */
export function describeEnvironment(): Record<string, string> {
  return {
    processors: `${os.availableParallelism()} × ${os.cpus()[0]?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(os.totalmem() / 1024 ** 3)} GiB`,
    kernel: `${os.type()} ${/^[\d.]+/.exec(os.release())?.[0] ?? ''}`,
    distribution: readDistribution(),
    'our programs': manifest.version,
    Node: process.versions.node,
    'Bun (in the executable)': Object.values(manifest.optionalDependencies)[0] ?? 'none',
    'distcc (original)': /^distcc (\S+)/.exec(ask('distcc', '--version'))?.[1] ?? 'none',
    gcc: ask('gcc', '-dumpfullversion').trim() || 'none',
  };
}

function readDistribution(): string {
  try {
    const text = fs.readFileSync('/etc/os-release', 'utf8');
    return /^PRETTY_NAME="?(.*?)"?$/m.exec(text)?.[1] ?? 'unknown';
  } catch {
    return os.platform();
  }
}

function ask(program: string, option: string): string {
  try {
    return execFileSync(program, [option], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return '';
  }
}
