import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import {
  findHostList,
  findMasqueradedCompiler,
  readSettings,
  unmasqueradedPath,
} from '../../src/client/index.ts';
import { compilerEnvironment } from '../../src/client/local.ts';
import { orderHosts } from '../../src/client/host-order.ts';
import { writeObject } from '../../src/client/write-object.ts';
import { ArgumentError, HostSpecError, IoError } from '../../src/errors/index.ts';
import { parseHostList } from '../../src/hosts/index.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { programFile } from '../helpers/paths.ts';

test('readSettings() of an empty environment gives the original’s defaults', (t) => {
  t.deepEqual(readSettings({ HOME: '/home/me' }), {
    folder: '/home/me/.distcc',
    fallsBack: true,
    skipsLocalRetry: false,
    takesHostMessages: false,
    connectTimeoutMs: 4000,
    firstByteTimeoutMs: 300_000,
    ioTimeoutMs: 300_000,
    jobTimeoutMs: 900_000,
    auditShare: 0,
    usesBroker: true,
    isVerbose: false,
    safeguardLevel: 0,
  });
});

test('readSettings() reads every variable, an empty host list included', (t) => {
  const env = {
    DISTCC_HOSTS: '',
    DISTCC_DIR: '/d',
    DISTCC_FALLBACK: '0',
    DISTCC_BACKOFF_PERIOD: '5',
    DISTCC_SKIP_LOCAL_RETRY: '',
    DISTCC_CONNECT_TIMEOUT: '2',
    DISTCC_FIRST_BYTE_TIMEOUT: '9',
    DISTCC_IO_TIMEOUT: '7',
    DISTCC_JOB_TIMEOUT: '60',
    DISTCC_AUDIT: '0.5%',
    DISTCC_BROKER: '0',
    DISTCC_MESSAGES: 'host',
    DISTCC_VERBOSE: '1',
    DISTCC_LOG: '/l',
    _DISTCC_SAFEGUARD: '2',
  };
  t.deepEqual(readSettings(env), {
    hostsText: '',
    logFile: '/l',
    folder: '/d',
    fallsBack: false,
    skipsLocalRetry: true,
    takesHostMessages: true,
    connectTimeoutMs: 2000,
    firstByteTimeoutMs: 9000,
    ioTimeoutMs: 7000,
    jobTimeoutMs: 60_000,
    auditShare: 0.005,
    usesBroker: false,
    isVerbose: true,
    safeguardLevel: 2,
  });
});

for (const value of ['0', '-1', 'x', '', '1.5']) {
  test(`readSettings() refuses DISTCC_IO_TIMEOUT="${value}"`, (t) => {
    const error = t.throws(() => readSettings({ DISTCC_IO_TIMEOUT: value }), {
      instanceOf: ArgumentError,
    });
    t.is(error.exitCode, 101);
    t.regex(error.message, /want a positive whole number of seconds/);
  });
}

for (const value of ['', '1', '5 %', '101%', '-1%', '1,5%', '.5%', '1e1%', 'NaN%', '1%%', 'all']) {
  test(`readSettings() refuses DISTCC_AUDIT="${value}"`, (t) => {
    const error = t.throws(() => readSettings({ DISTCC_AUDIT: value }), {
      instanceOf: ArgumentError,
    });
    t.is(
      error.message,
      `Cannot take DISTCC_AUDIT="${value}": want a share of the jobs, 0% to 100%, like 1% or 0.5%`,
    );
  });
}

test('readSettings() reads a share of the jobs', (t) => {
  for (const [text, share] of [
    ['0%', 0],
    ['1%', 0.01],
    ['0.25%', 0.0025],
    ['100%', 1],
  ] as const) {
    t.is(readSettings({ DISTCC_AUDIT: text }).auditShare, share);
  }
});

test('findHostList() takes the variable before the file, even when it is empty', async (t) => {
  const folder = await makeFolder(t);
  await writeFile(path.join(folder, 'hosts'), 'green # the fast one\nblue/3\r\n');
  const settings = readSettings({ DISTCC_DIR: folder });
  t.deepEqual(
    findHostList(settings)?.list.hosts.map((host) => host.text),
    ['green', 'blue/3'],
  );
  t.deepEqual(findHostList({ ...settings, hostsText: '' })?.list.hosts, []);
  t.deepEqual(findHostList({ ...settings, hostsText: 'red' })?.list.hosts.length, 1);
});

test('findHostList() says where a bad list came from', async (t) => {
  const folder = await makeFolder(t);
  await writeFile(path.join(folder, 'hosts'), 'red:99999');
  const settings = readSettings({ DISTCC_DIR: folder });
  const inFile = t.throws(() => findHostList(settings), { instanceOf: HostSpecError });
  t.true(inFile.message.startsWith(`${folder}/hosts: Cannot read the host "red:99999"`));
  const inVariable = t.throws(() => findHostList({ ...settings, hostsText: 'red,' }));
  t.regex(inVariable.message, /^\$DISTCC_HOSTS: Cannot read the host "red,"/);
  const unreadable = readSettings({ DISTCC_DIR: '/etc/passwd' });
  t.throws(() => findHostList(unreadable), { instanceOf: HostSpecError, message: /etc\/passwd/ });
});

test('orderHosts() gives every usable host once, and none that is down', (t) => {
  const list = parseHostList('red green/7 blue,down localhost yellow:1/2');
  fc.assert(
    fc.property(
      fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
      (numbers) => {
        const order = orderHosts(list, () => numbers.next().value as number);
        return (
          order
            .map((host) => host.text)
            .sort()
            .join(' ') === 'green/7 localhost red yellow:1/2'
        );
      },
    ),
  );
  t.pass();
});

test('orderHosts() puts a host with three times the limit first three times as often', (t) => {
  const list = parseHostList('red/1 green/3');
  let state = 1;
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  let greenCount = 0;
  for (let round = 0; round < 4000; round += 1) {
    if (orderHosts(list, random)[0]?.text === 'green/3') greenCount += 1;
  }
  t.true(greenCount > 2850 && greenCount < 3150, String(greenCount));
});

test('findMasqueradedCompiler() takes any name but distcc’s own for a compiler', (t) => {
  t.is(findMasqueradedCompiler('/usr/lib/distcc/gcc'), 'gcc');
  t.is(findMasqueradedCompiler('x86_64-linux-gnu-g++'), 'x86_64-linux-gnu-g++');
  t.is(findMasqueradedCompiler('/x/distcc.js'), undefined);
  t.is(findMasqueradedCompiler('/x/distcc-0.1'), undefined);
});

test('unmasqueradedPath() leaves out folders where the name is a link to distcc', async (t) => {
  const [masks, plain] = [await makeFolder(t), await makeFolder(t)];
  await symlink(programFile('distcc'), path.join(masks, 'gcc'));
  await writeFile(path.join(plain, 'gcc'), '', { mode: 0o755 });
  const searchPath = `${masks}:${plain}:${masks}`;
  t.is(unmasqueradedPath('gcc', searchPath), plain);
  t.is(unmasqueradedPath('clang', searchPath), searchPath);
  t.is(unmasqueradedPath('/bin/gcc', searchPath), searchPath);
});

test('compilerEnvironment() leaves a PATH out that is not there', (t) => {
  t.deepEqual(compilerEnvironment('gcc', { A: 'b' }), { A: 'b', _DISTCC_SAFEGUARD: '1' });
  t.is(compilerEnvironment('gcc', { PATH: '/x:/y' })['PATH'], '/x:/y');
});

const object = new TextEncoder().encode('object');

test('writeObject() puts an object in its place and leaves nothing else', async (t) => {
  const folder = await makeFolder(t);
  const file = path.join(folder, 'a.o');
  writeObject(file, object);
  writeObject(file, new TextEncoder().encode('again'));
  t.is(await readFile(file, 'utf8'), 'again');
  t.deepEqual(await readdir(folder), ['a.o']);
});

test.serial('writeObject() gives the mode that the umask leaves', async (t) => {
  const folder = await makeFolder(t);
  const before = process.umask(0o027);
  t.teardown(() => process.umask(before));
  writeObject(path.join(folder, 'a.o'), object);
  process.umask(0);
  writeObject(path.join(folder, 'b.o'), object);
  const modes = await Promise.all(['a.o', 'b.o'].map((name) => stat(path.join(folder, name))));
  t.deepEqual(
    modes.map(({ mode }) => mode & 0o777),
    [0o640, 0o666],
  );
});

test('writeObject() replaces a link, as gcc does, and writes into what is no file', async (t) => {
  const folder = await makeFolder(t);
  const [link, target] = [path.join(folder, 'a.o'), path.join(folder, 'target')];
  await writeFile(target, 'old');
  await symlink(target, link);
  writeObject(link, object);
  t.deepEqual([await readFile(link, 'utf8'), await readFile(target, 'utf8')], ['object', 'old']);
  writeObject('/dev/null', object);
  t.false((await stat('/dev/null')).isFile());
});

test('writeObject() says what it could not write, and leaves nothing behind', async (t) => {
  const folder = await makeFolder(t);
  await mkdir(path.join(folder, 'a.o'));
  for (const file of ['a.o', 'no/such/folder/a.o']) {
    const error = t.throws(
      () => {
        writeObject(path.join(folder, file), object);
      },
      { instanceOf: IoError },
    );
    t.regex(error.message, /^Cannot write ".*a\.o": E[A-Z]+/);
    t.is(error.exitCode, 107);
  }
  t.deepEqual(await readdir(folder), ['a.o']);
});
