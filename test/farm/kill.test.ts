import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import {
  addMachine,
  initAuthority,
  listMachines,
  openAuthority,
  revokeMachine,
} from '../../src/farm/index.ts';
import { loadIdentity } from '../../src/tls/index.ts';
import { makeFolder } from '../helpers/make-folder.ts';

const DAYS = 30;
const ROUNDS = 10;
const AT_ONCE = 4;

/** Adds, renews and revokes machines until somebody ends it. */
const owner = `
import { addMachine, openAuthority, renewMachine, revokeMachine } from ${JSON.stringify(new URL('../../src/farm/index.js', import.meta.url).href)};
const [folder, prefix] = process.argv.slice(1);
const authority = await openAuthority(folder);
process.stdout.write('ready');
for (let n = 0; ; n += 1) {
  await addMachine(authority, { names: [prefix + n] }, ${DAYS});
  if (n % 3 === 1) await renewMachine(authority, prefix + n, ${DAYS});
  if (n % 3 === 2) await revokeMachine(authority, prefix + n);
}`;

/** Start one and kill it, at any instant of its work. */
async function killOwner(folder: string, prefix: string): Promise<number> {
  const args = ['--input-type=module', '-e', owner, folder, prefix];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  await once(child.stdout, 'data');
  const delayMs = Math.random() * 80;
  await sleep(delayMs);
  child.kill('SIGKILL');
  await exit;
  return delayMs;
}

test('an authority survives forty owners that are killed at any instant of their work', async (t) => {
  const folder = path.join(await makeFolder(t), 'farm');
  await initAuthority(folder, { days: DAYS });
  const machines = path.join(folder, 'machines');
  for (let round = 0; round < ROUNDS; round += 1) {
    const prefixes = Array.from({ length: AT_ONCE }, (_, index) => `r${round}o${index}n`);
    const delaysMs = await Promise.all(prefixes.map((prefix) => killOwner(folder, prefix)));
    const when = `killed after ${delaysMs.join(', ')} ms`;
    const authority = await openAuthority(folder);
    const isGood = new Set(
      listMachines(folder).flatMap(({ name, state }) => (state === 'good' ? [name] : [])),
    );
    // Whatever somebody could copy is whole and on record.
    for (const name of readdirSync(machines).filter((each) => isGood.has(each))) {
      t.notThrows(() => loadIdentity({ DISTCC_TLS_DIR: path.join(machines, name) }), when);
      t.is(statSync(path.join(machines, name, 'key.pem')).mode & 0o777, 0o600);
    }
    // What was interrupted can be done again, and taken back.
    for (const name of prefixes.map((prefix) => `${prefix}0`)) {
      if (!existsSync(path.join(machines, name))) {
        await addMachine(authority, { names: [name] }, DAYS);
      }
      const pem = readFileSync(path.join(machines, name, 'cert.pem'));
      const serial = new X509Certificate(pem).serialNumber.toLowerCase();
      t.is(await revokeMachine(authority, serial), 1, when);
      t.is(listMachines(folder).find((each) => each.serial === serial)?.state, 'revoked');
    }
  }
});
