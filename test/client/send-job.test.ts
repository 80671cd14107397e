import test from 'ava';
import { sendJob } from '../../src/client/send-job.ts';
import {
  ConnectError,
  ProtocolError,
  TimeoutError,
  TruncatedError,
} from '../../src/errors/index.ts';
import type { CompileRequest } from '../../src/protocol/index.ts';
import { findFreePort } from '../helpers/free-port.ts';
import { startFakeDistccd } from '../helpers/start-fake-distccd.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const { signal } = new AbortController();
const job: CompileRequest = {
  version: 2,
  args: ['gcc', '-c', 'a.c', '-o', 'a.o'],
  source: new TextEncoder().encode('int x;\n'.repeat(100_000)),
};

const to = (port: number, changes = {}) => ({
  address: '127.0.0.1',
  port,
  ioTimeoutMs: 20_000,
  signal,
  ...changes,
});

test('sendJob() sends the whole job and gives the whole answer', async (t) => {
  const object = new Uint8Array(3_000_000).fill(7);
  const { port } = await startFakeDistccd(t, async ({ socket, request, response }) => {
    t.deepEqual(await request(), job);
    socket.end(response({ object }));
  });
  const response = await sendJob(job, to(port));
  t.is(response.status, 0);
  t.true(Buffer.from(response.object).equals(object));
});

test('sendJob() says where nobody listens', async (t) => {
  const port = await findFreePort();
  await t.throwsAsync(sendJob(job, to(port)), {
    instanceOf: ConnectError,
    message: `Cannot connect to 127.0.0.1:${port}: ECONNREFUSED`,
  });
});

test('sendJob() gives up a server that is silent, or stops in the middle', async (t) => {
  for (const start of ['', 'DONE00000002STAT0000']) {
    const { port } = await startFakeDistccd(t, ({ socket }) => void socket.resume().write(start));
    await t.throwsAsync(sendJob(job, to(port, { ioTimeoutMs: 150 })), {
      instanceOf: TimeoutError,
      message: 'No answer for 150 ms',
    });
  }
});

for (const [title, bytes, instanceOf] of [
  ['speaks HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n', ProtocolError],
  ['answers another version', 'DONE00000001STAT00000000', ProtocolError],
  ['announces 4 GiB', 'DONE00000002STAT00000000SERRffffffff', ProtocolError],
  [
    'cuts the object short',
    'DONE00000002STAT00000000SERR00000000SOUT00000000DOTO00000009xy',
    TruncatedError,
  ],
  ['says nothing', '', TruncatedError],
] as const) {
  test(`sendJob() rejects an answer of a server that ${title}`, async (t) => {
    const { port } = await startFakeDistccd(t, async ({ socket, request }) => {
      await request();
      socket.end(bytes);
    });
    const error = await t.throwsAsync(sendJob(job, to(port)), { instanceOf });
    t.like(error, { isAccidental: true });
    t.notRegex(error.message, /\n/);
  });
}

test('sendJob() rejects with its caller’s reason and leaves the server', async (t) => {
  let leftCount = 0;
  const { port, callCount } = await startFakeDistccd(t, ({ socket }) => {
    socket.resume().once('end', () => (leftCount += 1));
  });
  const stop = new AbortController();
  const reason = new Error('Stopped by a test');
  const sent = sendJob(job, to(port, { signal: stop.signal }));
  await waitUntil('the job is sent', () => callCount() === 1);
  stop.abort(reason);
  t.is(await t.throwsAsync(sent), reason);
  await waitUntil('the server is left', () => leftCount === 1);
});
