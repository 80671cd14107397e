import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { findFreePort } from './free-port.ts';
import { makeFolder } from './make-folder.ts';
import { killGroup } from './run.ts';
import { waitForPort } from './start-daemon.ts';

/** A real sshd on loopback, for one test, with keys of its own. */
export interface RunningSshd {
  /** `DISTCC_SSH` that reaches it, by whatever name of this machine. */
  readonly ssh: string;
  readonly folder: string;
  readonly port: number;
  readonly process: ChildProcess;
  readonly readLog: () => Promise<string>;
  /** How often somebody logged in. */
  readonly countLogins: () => Promise<number>;
  /** A `DISTCC_SSH` with other words in its configuration. */
  readonly sshWith: (lines: readonly string[]) => Promise<string>;
}

/** How it is set up. */
export interface SshdSetup {
  /** What the login shell finds as `distccd`: words of a command, or nothing. */
  readonly distccd?: readonly string[];
  /** More lines of sshd_config(5). */
  readonly lines?: readonly string[];
}

/** Start sshd; it is gone, with all sessions, when the test is over. */
export async function startSshd(
  t: Pick<ExecutionContext, 'teardown'>,
  setup: SshdSetup = {},
): Promise<RunningSshd> {
  const folder = await makeFolder(t);
  await chmod(folder, 0o755); // sshd's own view of who may write there
  const file = (name: string): string => path.join(folder, name);
  for (const key of ['host', 'user', 'stranger']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(key)]);
  }
  const port = await findFreePort();
  const bin = await makeBin(folder, setup.distccd);
  const lines = [
    ...[`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${file('host')}`],
    ...[`AuthorizedKeysFile ${file('user.pub')}`, 'UsePAM no', 'StrictModes no', 'PidFile none'],
    ...['PasswordAuthentication no', 'KbdInteractiveAuthentication no', 'LogLevel VERBOSE'],
    ...[`SetEnv PATH=${bin}:/usr/bin:/bin TMPDIR=${file('tmp')}`, 'MaxStartups 100'],
    ...(setup.lines ?? []),
  ];
  await mkdir(file('tmp'));
  await chmod(file('tmp'), 0o777);
  await mkdir('/run/sshd', { recursive: true }).catch(() => undefined); // it wants that where it is root's
  await writeFile(file('sshd_config'), `${lines.join('\n')}\n`);
  const words = ['-D', '-f', file('sshd_config'), '-E', file('log')];
  const child = spawn('/usr/sbin/sshd', words, { stdio: 'ignore', detached: true });
  t.teardown(() => {
    killGroup(child.pid);
  });
  await waitForPort(port, child);
  const hostKey = await readFile(file('host.pub'), 'utf8');
  await writeFile(file('known_hosts'), `* ${hostKey}`);
  const readLog = (): Promise<string> => readFile(file('log'), 'utf8');
  const sshWith = (own: readonly string[]): Promise<string> => writeConfig(folder, port, own);
  return {
    ...{ ssh: await sshWith([]), folder, port, process: child, readLog, sshWith },
    countLogins: async () => (await readLog()).match(/Accepted publickey/g)?.length ?? 0,
  };
}

/** The first of two equal words counts. */
async function writeConfig(folder: string, port: number, own: readonly string[]): Promise<string> {
  const file = path.join(folder, `ssh_config.${own.join('-').replaceAll(/\W/g, '_').slice(0, 60)}`);
  const key = path.join(folder, 'user');
  const lines = [
    ...own,
    ...[`Port ${port}`, 'HostName 127.0.0.1', `User ${os.userInfo().username}`],
    ...(own.some((line) => line.startsWith('IdentityFile')) ? [] : [`IdentityFile ${key}`]),
    ...['IdentitiesOnly yes', 'LogLevel ERROR'],
    ...[`UserKnownHostsFile ${path.join(folder, 'known_hosts')}`, 'StrictHostKeyChecking yes'],
    'GlobalKnownHostsFile none',
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  return `ssh -F ${file}`;
}

/** A folder with nothing but a `distccd` that starts what the test wants. */
async function makeBin(folder: string, distccd: readonly string[] | undefined): Promise<string> {
  const bin = path.join(folder, 'bin');
  await mkdir(bin);
  const script = path.join(bin, 'distccd');
  const [text, mode] =
    distccd === undefined
      ? ['#!/bin/sh\nexec /nowhere/distccd "$@"\n', 0o755]
      : [`#!/bin/sh\nexec ${distccd.map((word) => `'${word}'`).join(' ')} "$@"\n`, 0o755];
  await writeFile(script, text);
  await chmod(script, mode);
  return bin;
}
