import { readFile, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { makeFolder } from '../helpers/make-folder.ts';
import { runCli } from '../helpers/run.ts';
import type { RunOptions } from '../helpers/run.ts';
import { startFakeDistccd } from '../helpers/start-fake-distccd.ts';
import type { Call, Script } from '../helpers/start-fake-distccd.ts';

/** More than the buffers of two sockets hold. */
const MANY_BYTES = 24 * 1024 * 1024;

/** A source that is too long to be sent in one piece, each line another. */
function longText(): string {
  const line = (_: unknown, index: number): string =>
    `extern int v${index}; /* ${'x'.repeat(99)} */\n`;
  return `# 1 "a.c"\n${Array.from({ length: MANY_BYTES / 120 }, line).join('')}`;
}

/** Send a job to a host that does as the script says. */
async function sendJob(t: ExecutionContext, text: string, script: Script, more: RunOptions = {}) {
  const folder = await makeFolder(t);
  await writeFile(path.join(folder, 'a.i'), text);
  const { port } = await startFakeDistccd(t, script);
  const env = {
    ...{ DISTCC_HOSTS: `127.0.0.1:${port}`, DISTCC_FALLBACK: '0', DISTCC_IO_TIMEOUT: '30' },
    DISTCC_BACKOFF_PERIOD: '0', // no job waits for what another found
    ...more.env,
  };
  const words = ['gcc', '-c', 'a.i', '-o', 'a.o'];
  const result = await runCli(t, 'distcc', words, { ...more, cwd: folder, env });
  return { ...result, readObject: () => readFile(path.join(folder, 'a.o')) };
}

/** A real object with much behind it. */
async function makeObject(t: ExecutionContext, extraBytes: number): Promise<Buffer> {
  const folder = await makeFolder(t);
  execFileSync('gcc', ['-xc', '-c', '-', '-o', 'x.o'], { cwd: folder, input: 'int a;\n' });
  const extra = Buffer.alloc(extraBytes, 'abcdefg');
  return Buffer.concat([await readFile(path.join(folder, 'x.o')), extra]);
}

test('distcc loses no byte to a host that reads and answers slowly', async (t) => {
  const [text, object] = [longText(), await makeObject(t, MANY_BYTES)];
  let got = '';
  const { code, stderr, readObject } = await sendJob(
    t,
    text,
    async ({ socket, request, response }) => {
      socket.on('data', () => {
        socket.pause();
        setTimeout(() => socket.resume(), 1);
      });
      const asked = await request();
      got = 'source' in asked ? Buffer.from(asked.source).toString() : '';
      socket.end(response({ object }));
    },
  );
  t.deepEqual([code, stderr], [0, '']);
  t.true(got === text);
  t.true(object.equals(await readObject()));
});

for (const [how, close] of [
  ['goes on reading', ({ socket }: Call) => socket.resume()],
  ['reads nothing', () => undefined],
  ['ends its side', ({ socket }: Call) => socket.end()],
  [
    'resets the connection later',
    ({ socket }: Call) => setTimeout(() => socket.resetAndDestroy(), 500),
  ],
] as const) {
  test(`distcc takes an answer that comes before the request is sent, from a host that ${how}`, async (t) => {
    const object = await makeObject(t, 100_000);
    const { code, stderr, readObject } = await sendJob(t, longText(), (call) => {
      call.socket.pause();
      call.socket.write(call.response({ object }), () => void close(call));
    });
    t.deepEqual([code, stderr], [0, '']);
    t.true(object.equals(await readObject()));
  });
}

const broken = /Connection broken|Cannot connect to \S+: E/;
const silence = /No answer for 2000 ms/;
const short = 'int a;\n';
for (const [what, text, expected, script] of [
  ['resets it at once', short, broken, ({ socket }) => void socket.resetAndDestroy()],
  [
    'resets it in the middle of the request',
    longText(),
    broken,
    ({ socket }) => {
      socket.once('data', () => socket.resetAndDestroy());
    },
  ],
  [
    'resets it instead of an answer',
    short,
    broken,
    async ({ socket, request }) => {
      await request();
      socket.resetAndDestroy();
    },
  ],
  [
    'resets it in the middle of the answer',
    short,
    broken,
    async ({ socket, request, response }) => {
      await request();
      const half = response({ object: Buffer.alloc(100) }).subarray(0, 80);
      socket.write(half, () => setTimeout(() => socket.resetAndDestroy(), 100));
    },
  ],
  [
    'ends it instead of an answer',
    short,
    /ended at DONE/,
    async ({ socket, request }) => {
      await request();
      socket.end();
    },
  ],
  [
    'ends it in the middle of the answer',
    short,
    /ended at DOTO/,
    async ({ socket, request, response }) => {
      await request();
      socket.end(response({ object: Buffer.alloc(100) }).subarray(0, 80));
    },
  ],
  [
    'ends it before it has read anything',
    longText(),
    /ended at DONE/,
    ({ socket }) => {
      socket.pause();
      socket.end();
    },
  ],
  ['reads all and says nothing', short, silence, ({ socket }) => void socket.resume()],
  ['reads nothing', longText(), silence, ({ socket }) => void socket.pause()],
] as const satisfies readonly (readonly [string, string, RegExp, Script])[]) {
  test(`distcc gives up a connection where the host ${what}`, async (t) => {
    const env = expected === silence ? { DISTCC_IO_TIMEOUT: '2' } : {};
    const { code, stderr } = await sendJob(t, text, script, { env });
    t.is(code, 116, stderr);
    t.regex(stderr, expected);
  });
}

test('distcc ends in the middle of a request when it is told to', async (t) => {
  let stop = (): void => undefined;
  const begun: Script = ({ socket }) => {
    socket.once('readable', () => setTimeout(stop, 100)); // and nothing is read
  };
  const { signal, leftovers } = await sendJob(t, longText(), begun, {
    onStart: (child) => {
      stop = (): void => {
        child.kill('SIGTERM');
      };
    },
  });
  t.is(signal, 'SIGTERM');
  t.deepEqual(leftovers, []);
});
