import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { root } from '../examples/root.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { run } from '../helpers/run.ts';

/**
 * A copy of this machine in memory, without a network: its packages, users and files may be changed, and with
 * the process all is gone.
 */
const machine = `
set -e
cd "$1"
mount -t tmpfs tmpfs . && cd "$1" && mkdir upper work root
mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work root
mount -t proc proc root/proc
mount -t tmpfs tmpfs root/run
mount --rbind /dev root/dev
mount --bind "$2" root/mnt
ip link set lo up
exec chroot root sh
`;

/** They take as long as dpkg takes. */
const HANG_MS = 200_000;

/**
 * Run a shell script as root on a copy of this machine, after `machine.sh`.
 * @param packages - the folder that is /mnt there
 * @returns what it printed; the test fails when the script does
 */
export async function runOnMachine(
  t: ExecutionContext,
  packages: string,
  script: string,
): Promise<string> {
  t.timeout(HANG_MS);
  const folder = path.join(await makeFolder(t), 'machine');
  await mkdir(folder);
  const namespaces = ['--mount', '--pid', '--net', '--ipc', '--fork', '--kill-child'];
  const command = ['unshare', ...namespaces, 'sh', '-c', machine, 'sh', folder, packages];
  const stdin = readFileSync(path.join(root, 'test/debian/machine.sh'), 'utf8') + script;
  const { stdout, stderr, code } = await run(t, command, { stdin, hangMs: HANG_MS });
  t.is(code, 0, stdout + stderr);
  return stdout;
}
