import { readlink, realpath, symlink, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { findFreePort } from '../helpers/free-port.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { run } from '../helpers/run.ts';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import { startFakeDistccd } from '../helpers/start-fake-distccd.ts';

/** Where `npm run build:bin` leaves the executable and its links. */
const bin = fileURLToPath(new URL('../../../dist/bin/', import.meta.url));
const names = ['lsdistcc', 'distcc', 'distccd'];

for (const name of names) {
  test(`the executable called ${name} is ${name}`, async (t) => {
    const { stdout, code } = await run(t, [path.join(bin, name), '--version']);
    t.is(stdout.split(' ')[0], name);
    t.is(code, 0);
    t.is(await realpath(path.join(bin, name)), path.join(bin, 'lsdistcc'));
  });
}

test('the links beside the executable lead to it wherever the folder is', async (t) => {
  for (const name of names.slice(1)) t.is(await readlink(path.join(bin, name)), 'lsdistcc');
});

for (const name of ['gcc', 'cc', 'x86_64-linux-gnu-g++']) {
  test(`the executable called ${name} sends what ${name} would compile to a host`, async (t) => {
    const folder = await makeFolder(t);
    const daemon = await startOurDistccd(t);
    await symlink(path.join(bin, 'lsdistcc'), path.join(folder, name));
    await writeFile(path.join(folder, 'a.c'), 'int a(void) { return 42; }\n');
    const env = {
      PATH: `${folder}:${process.env['PATH'] ?? ''}`,
      DISTCC_HOSTS: `127.0.0.1:${daemon.port}`,
      DISTCC_FALLBACK: '0',
    };
    const result = await run(t, [name, '-c', 'a.c'], { cwd: folder, env });
    t.deepEqual([result.code, result.stderr], [0, '']);
    t.true((await daemon.readLog()).includes(` ${name} a.c: exit code 0`));
  });
}

/** What makes a program that Bun compiled run other code, or see other variables, than its own. */
const traps = {
  BUN_BE_BUN: { BUN_BE_BUN: '1' },
  BUN_OPTIONS: { BUN_OPTIONS: '--preload ./trap.js' },
  BUN_INSPECT_PRELOAD: { BUN_INSPECT_PRELOAD: './trap.js', BUN_INSPECT: '1' },
  NODE_OPTIONS: { NODE_OPTIONS: '--import ./trap.js' },
  'what lies about in its folder or its home': {},
};

for (const [what, env] of Object.entries(traps)) {
  test(`the executable runs nothing but itself: ${what}`, async (t) => {
    const folder = await makeFolder(t);
    const write = (name: string, text: string): Promise<void> =>
      writeFile(path.join(folder, name), text);
    await write('trap.js', 'console.log("trapped");\n');
    for (const name of ['bunfig.toml', '.bunfig.toml']) {
      await write(name, 'preload = ["./trap.js"]\n[run]\npreload = ["./trap.js"]\n');
    }
    await write('package.json', '{ "main": "trap.js", "imports": { "#a": "./trap.js" } }');
    await write('tsconfig.json', '{ "compilerOptions": { "paths": { "*": ["./trap.js"] } } }');
    for (const name of ['.env', '.env.local', '.env.production', '.env.development']) {
      await write(name, 'DISTCC_HOSTS=trapped\n');
    }
    const options = { cwd: folder, env: { ...env, HOME: folder, XDG_CONFIG_HOME: folder } };
    const version = await run(t, [path.join(bin, 'lsdistcc'), '--version'], options);
    t.regex(version.stdout, /^lsdistcc \d+\.\d+\.\d+ /);
    t.deepEqual([version.stderr, version.code], ['', 0]);
    const hosts = await run(t, [path.join(bin, 'distcc'), '--show-hosts'], options);
    t.false(`${hosts.stdout}${hosts.stderr}`.includes('trapped'), hosts.stdout);
  });
}

test('the executable lets no debugger in', async (t) => {
  const folder = await makeFolder(t);
  const [inspector, notified] = [await findFreePort(), path.join(folder, 'notified')];
  let calls = 0;
  const call = (where: net.NetConnectOpts): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = net.connect(where, () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => {
        resolve(false);
      });
    });
  const listener = net.createServer(() => (calls += 1)).listen(notified);
  t.teardown(() => listener.close());
  let isListening = false;
  const host = await startFakeDistccd(t, async ({ socket }) => {
    isListening = await call({ host: '127.0.0.1', port: inspector }); // while it waits for the answer
    socket.destroy();
  });
  const env = {
    BUN_INSPECT: `127.0.0.1:${inspector}`,
    BUN_INSPECT_NOTIFY: `unix://${notified}`,
    BUN_INSPECT_CONNECT_TO: `unix://${notified}`,
  };
  await run(t, [path.join(bin, 'lsdistcc'), `127.0.0.1:${host.port}`], { env });
  t.deepEqual([host.callCount(), isListening, calls], [1, false, 0]);
});
