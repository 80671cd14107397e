import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { makeFolder } from '../helpers/make-folder.ts';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import type { RunningDaemon } from '../helpers/start-daemon.ts';
import { waitUntil } from '../helpers/wait-until.ts';
import { sendPump } from './pump-project.ts';
import { messagesOf, send } from './start-server.ts';

const compileA = (compiler: string): string[] => [compiler, '-c', 'a.c', '-o', 'a.o'];
const MIB = 2 ** 20;

/** Only root may mount; for the rest there is nothing to try. */
const rootTest = process.getuid?.() === 0 ? test : test.skip;

async function residentBytes({ process: child }: RunningDaemon): Promise<number> {
  const status = await readFile(`/proc/${child.pid ?? 0}/status`, 'utf8');
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** What is in the daemon's own folder: jobs' folders. */
async function jobFolders({ tmp }: RunningDaemon): Promise<string[]> {
  const [own = ''] = await readdir(tmp);
  return readdir(path.join(tmp, own));
}

test('distccd gives back the memory of requests that LZO has inflated', async (t) => {
  const daemon = await startOurDistccd(t);
  const source = new Uint8Array(48 * MIB);
  const bomb = async (): Promise<void> => {
    t.is((await send(daemon, compileA('no-such-compiler'), { version: 2, source })).status, 0x6e00);
  };
  for (let round = 0; round < 3; round += 1) await bomb();
  const before = await residentBytes(daemon);
  for (let round = 0; round < 12; round += 1) await bomb();
  const after = await residentBytes(daemon);
  t.log(`${Math.round(before / MIB)} MiB after 3, ${Math.round(after / MIB)} MiB after 15`);
  t.true(after < before + 3 * source.length);
});

test('a request of many small files is compiled, and not one of them is left', async (t) => {
  const daemon = await startOurDistccd(t);
  const headers = Array.from({ length: 2000 }, (_, at) => ({
    kind: 'file' as const,
    name: `/w/${at % 50}/${at}.h`,
    content: new TextEncoder().encode(`int x${at};\n`),
  }));
  const text = headers.map(({ name }) => `#include "${name.slice(3)}"\n`).join('');
  const main = { kind: 'file' as const, name: '/w/a.c', content: new TextEncoder().encode(text) };
  const answer = await sendPump(daemon.port, {
    ...{ cwd: '/w', args: compileA('gcc'), entries: [main, ...headers] },
  });
  t.is(answer.status, 0, messagesOf(answer));
  t.true(Buffer.from(answer.object).includes('x1999'));
  await waitUntil('they are gone', async () => (await jobFolders(daemon)).length === 0);
});

test('distccd reads nothing of a compiler but a file', async (t) => {
  const folder = await makeFolder(t);
  const scripts = {
    'cc-pipe': 'mkfifo a.o',
    'cc-zero': 'ln -s /dev/zero a.o',
    'cc-folder': 'mkdir a.o',
  };
  const args: string[] = [];
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(path.join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    args.push('--allow-compiler', path.join(folder, name));
  }
  const daemon = await startOurDistccd(t, { args });
  for (const name of Object.keys(scripts)) {
    const answer = await send(daemon, compileA(name), { signal: AbortSignal.timeout(30_000) });
    t.is(answer.status, 0x6b00, name);
    t.regex(messagesOf(answer), /: the compiler made something else than a file\n$/);
  }
  t.is((await send(daemon, compileA('gcc'))).status, 0);
});

rootTest('distccd bears a full disk: an error for that job, and the next job works', async (t) => {
  const folder = await makeFolder(t);
  const compiler = path.join(folder, 'cc-big');
  const script = '#!/bin/sh\nexec dd if=/dev/zero of=a.o bs=65536\n';
  await writeFile(compiler, script, { mode: 0o755 });
  const mount = 'mount -t tmpfs -o size=8m,mode=1777 tmpfs "$TMPDIR" && exec "$@"';
  const daemon = await startOurDistccd(t, {
    within: ['unshare', '--mount', 'sh', '-c', mount, 'sh'],
    args: ['--allow-compiler', compiler],
  });
  const works = async (): Promise<void> => {
    t.is((await send(daemon, compileA('gcc'))).status, 0);
  };
  await works();
  const large = await send(daemon, compileA('gcc'), { source: new Uint8Array(20 * MIB).fill(10) });
  t.is(large.status, 0x6b00);
  t.is(messagesOf(large), 'distccd: Cannot write the source: ENOSPC\n');
  await works();
  const big = await send(daemon, compileA('cc-big'));
  t.not(big.status, 0);
  t.regex(messagesOf(big), /No space left on device/);
  await works();
  const content = new Uint8Array(6 * MIB).fill(10);
  const pump = await sendPump(daemon.port, {
    ...{ cwd: '/w', args: compileA('gcc') },
    entries: ['/w/a.c', '/w/b.h'].map((name) => ({ kind: 'file' as const, name, content })),
  });
  t.is(pump.status, 0x6b00);
  t.regex(messagesOf(pump), /^distccd: Cannot mirror "\/w\/.*": ENOSPC\n$/);
  await works();
});
