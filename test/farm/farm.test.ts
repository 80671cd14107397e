import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { ArgumentError, IoError } from '../../src/errors/index.ts';
import {
  addMachine,
  approveMachine,
  checkWords,
  initAuthority,
  listMachines,
  openAuthority,
  readRequest,
  renewMachine,
  requestCertificate,
  revokeMachine,
} from '../../src/farm/index.ts';
import { loadIdentity } from '../../src/tls/index.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { losePowerAt } from './lose-power.ts';

const DAYS = 30;

/** A farm's folder, made anew. */
async function makeFarm(t: Parameters<typeof makeFolder>[0]): Promise<string> {
  const folder = path.join(await makeFolder(t), 'farm');
  await initAuthority(folder, { days: DAYS });
  return folder;
}

/** Whether a machine's folder is whole: its key is its certificate's, and its authority's. */
function isWhole(folder: string): boolean {
  const identity = loadIdentity({ DISTCC_TLS_DIR: folder }); // throws when they do not fit
  const certificate = new X509Certificate(identity.cert);
  const authority = new X509Certificate(identity.ca);
  return certificate.verify(authority.publicKey) && identity.revoked !== undefined;
}

test('initAuthority() makes an authority that only its owner can use', async (t) => {
  const folder = await makeFarm(t);
  t.is(statSync(folder).mode & 0o777, 0o700);
  t.is(statSync(path.join(folder, 'ca-key.pem')).mode & 0o777, 0o600);
  const certificate = new X509Certificate(readFileSync(path.join(folder, 'ca.pem')));
  t.true(certificate.ca);
  t.is(certificate.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1');
  await t.throwsAsync(initAuthority(folder, { days: DAYS }), {
    instanceOf: ArgumentError,
    message: /it is there already$/,
  });
});

test('openAuthority() wants the passphrase that the key was given', async (t) => {
  const folder = path.join(await makeFolder(t), 'farm');
  await initAuthority(folder, { days: DAYS, passphrase: 'sesame' });
  t.true(readFileSync(path.join(folder, 'ca-key.pem'), 'utf8').includes('ENCRYPTED'));
  await t.notThrowsAsync(openAuthority(folder, 'sesame'));
  for (const wrong of ['simsim', undefined]) {
    await t.throwsAsync(openAuthority(folder, wrong), {
      instanceOf: ArgumentError,
      message: /^Cannot read the key: /,
    });
  }
  await t.throwsAsync(openAuthority(path.join(folder, 'no')), { instanceOf: IoError });
});

test('addMachine() certifies a server, a client, and both in one', async (t) => {
  const authority = await openAuthority(await makeFarm(t));
  const server = await addMachine(authority, { names: ['red.lab', '10.0.0.7', 'fe80::1'] }, DAYS);
  const client = await addMachine(authority, { names: [], client: 'ci' }, DAYS);
  const both = await addMachine(authority, { names: ['blue'], client: 'blue' }, DAYS);
  t.deepEqual(readdirSync(server), ['ca.pem', 'cert.pem', 'key.pem', 'revoked.pem']);
  t.is(statSync(path.join(server, 'key.pem')).mode & 0o777, 0o600);
  t.true([server, client, both].every(isWhole));
  t.deepEqual(
    listMachines(authority.folder).map(({ name, words, state }) => ({ name, ...words, state })),
    [
      { name: 'blue', names: ['blue'], client: 'blue', state: 'good' },
      { name: 'ci', names: [], client: 'ci', state: 'good' },
      { name: 'red.lab', names: ['red.lab', '10.0.0.7', 'fe80::1'], state: 'good' },
    ],
  );
  await t.throwsAsync(addMachine(authority, { names: ['blue'], client: 'blue' }, DAYS), {
    instanceOf: ArgumentError,
    message: /^Cannot add "blue": it is in the farm/,
  });
});

test('renewMachine() certifies the same key and the same names for longer', async (t) => {
  const authority = await openAuthority(await makeFarm(t));
  const folder = await addMachine(authority, { names: ['::1', 'red'] }, 1);
  const before = new X509Certificate(readFileSync(path.join(folder, 'cert.pem')));
  t.is(await renewMachine(authority, '::1', DAYS), folder);
  const after = new X509Certificate(readFileSync(path.join(folder, 'cert.pem')));
  t.true(isWhole(folder));
  t.is(after.subjectAltName, before.subjectAltName);
  t.is(after.subject, before.subject);
  t.true(Date.parse(after.validTo) - Date.parse(before.validTo) > 28 * 86_400_000);
  await t.throwsAsync(renewMachine(authority, 'nobody', DAYS), {
    message: /^Cannot find "nobody"/,
  });
});

test('revokeMachine() takes all certificates of a machine back, and lets it be added anew', async (t) => {
  const authority = await openAuthority(await makeFarm(t));
  const folder = await addMachine(authority, { names: ['red'] }, DAYS);
  await renewMachine(authority, 'red', DAYS);
  t.is(await revokeMachine(authority, 'red'), 2);
  t.deepEqual(
    listMachines(authority.folder).map(({ state }) => state),
    ['revoked', 'revoked'],
  );
  t.false(existsSync(folder));
  t.is(await revokeMachine(authority, 'red'), 0);
  await t.throwsAsync(renewMachine(authority, 'red', DAYS), { instanceOf: ArgumentError });
  await t.throwsAsync(revokeMachine(authority, 'blue'), { instanceOf: ArgumentError });
  const again = await addMachine(authority, { names: ['red'] }, DAYS);
  const [good] = listMachines(authority.folder).filter(({ state }) => state === 'good');
  t.is(await revokeMachine(authority, good?.serial.toUpperCase() ?? ''), 1);
  t.false(existsSync(again));
});

test('a machine can make its key itself, and its owner approve its request', async (t) => {
  const authority = await openAuthority(await makeFarm(t));
  const tls = path.join(await makeFolder(t), 'tls');
  const words = { names: ['red', '10.0.0.7'], client: 'red' };
  const { request, fingerprint } = await requestCertificate(tls, words);
  t.regex(fingerprint, /^(?:[\da-f]{8}-){7}[\da-f]{8}$/);
  t.is((await requestCertificate(tls, words)).fingerprint, fingerprint, 'it keeps its key');
  const read = await readRequest(request);
  t.deepEqual(read.words, words);
  const folder = await approveMachine(authority, read, DAYS);
  t.deepEqual(readdirSync(folder), ['ca.pem', 'cert.pem', 'revoked.pem']);
  for (const name of readdirSync(folder)) {
    writeFileSync(path.join(tls, name), readFileSync(path.join(folder, name)));
  }
  t.true(isWhole(tls));
  await renewMachine(authority, 'red', DAYS);
  t.deepEqual(readdirSync(folder), ['ca.pem', 'cert.pem', 'revoked.pem']);
});

test('addMachine() takes the longest name that DNS has', async (t) => {
  const authority = await openAuthority(await makeFarm(t));
  const name = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(62)).join('.');
  t.true(isWhole(await addMachine(authority, checkWords({ names: [`${name}.e`] }), DAYS)));
});

test('readRequest() refuses what is no request, or was changed on the way', async (t) => {
  const { request } = await requestCertificate(await makeFolder(t), { names: ['red'] });
  await t.throwsAsync(readRequest('hello'), { instanceOf: ArgumentError });
  const der = Buffer.from(request.replace(/-----.*-----/g, ''), 'base64');
  const at = der.indexOf('red');
  der.write('bad', at);
  const pem = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
  await t.throwsAsync(readRequest(pem), {
    instanceOf: ArgumentError,
    message: /signature is wrong/,
  });
});

for (const words of [
  { names: [] },
  { names: ['a/b'] },
  { names: ['..'] },
  { names: ['a b'] },
  { names: ['a,DNS:b'] },
  { names: ['-x'] },
  { names: ['a..b'] },
  { names: ['red\nCN=blue'] },
  { names: ['x'.repeat(64)] },
  { names: ['red'], client: '../x' },
  { names: [], client: '' },
]) {
  test(`checkWords() refuses ${JSON.stringify(words)}`, (t) => {
    t.throws(() => checkWords(words), { instanceOf: ArgumentError });
  });
}

test.serial('whenever the power goes while a farm is made, it can be made', async (t) => {
  const parent = await makeFolder(t);
  let count = 0;
  for (let isDone = false; !isDone;) {
    const folder = path.join(parent, `farm${(count += 1)}`);
    isDone = await losePowerAt(count, () => initAuthority(folder, { days: DAYS }));
    if (!existsSync(folder)) await initAuthority(folder, { days: DAYS });
    const authority = await openAuthority(folder);
    t.true(isWhole(await addMachine(authority, { names: ['red'] }, DAYS)));
  }
  t.true(count > 10);
});

test.serial(
  'whenever the power goes while a machine is added, the authority is usable',
  async (t) => {
    const authority = await openAuthority(await makeFarm(t));
    let count = 0;
    for (let isDone = false; !isDone;) {
      const words = { names: [`red${(count += 1)}`] };
      isDone = await losePowerAt(count, () => addMachine(authority, words, DAYS));
      const folder = path.join(authority.folder, 'machines', words.names[0] ?? '');
      if (!existsSync(folder)) await addMachine(authority, words, DAYS);
      t.true(isWhole(folder), `lost at ${count}`);
    }
    const machines = readdirSync(path.join(authority.folder, 'machines'));
    t.is(machines.filter((name) => name.startsWith('red')).length, count);
    const known = new Set(listMachines(authority.folder).map(({ serial }) => serial));
    for (const name of machines.filter((each) => each.startsWith('red'))) {
      const pem = readFileSync(path.join(authority.folder, 'machines', name, 'cert.pem'));
      t.true(known.has(new X509Certificate(pem).serialNumber.toLowerCase()), 'can be revoked');
    }
    t.true(count > 30);
  },
);

test.serial(
  'whenever the power goes while one is revoked, doing it again revokes it',
  async (t) => {
    const authority = await openAuthority(await makeFarm(t));
    let count = 0;
    for (let isDone = false; !isDone;) {
      const name = `red${(count += 1)}`;
      const folder = await addMachine(authority, { names: [name] }, DAYS);
      const cert = readFileSync(path.join(folder, 'cert.pem'), 'utf8');
      isDone = await losePowerAt(count, () => revokeMachine(authority, name));
      await revokeMachine(authority, name);
      t.is(listMachines(authority.folder).find((each) => each.name === name)?.state, 'revoked');
      const { serialNumber } = new X509Certificate(cert);
      const list = readFileSync(path.join(authority.folder, 'revoked.pem'), 'utf8');
      const der = Buffer.from(list.replace(/-----.*-----/g, ''), 'base64').toString('hex');
      t.true(der.includes(serialNumber.toLowerCase()));
    }
    t.true(count > 10);
  },
);

test.serial('whenever the power goes while one is renewed, its folder is whole', async (t) => {
  const authority = await openAuthority(await makeFarm(t));
  const folder = await addMachine(authority, { names: ['red'] }, DAYS);
  let count = 0;
  for (let isDone = false; !isDone;) {
    count += 1;
    isDone = await losePowerAt(count, () => renewMachine(authority, 'red', DAYS));
    t.true(isWhole(folder), `lost at ${count}`);
  }
  t.true(createPrivateKey(readFileSync(path.join(folder, 'key.pem'))).type === 'private');
});
