import test from 'ava';
import type { ExecutionContext } from 'ava';
import { connect } from '../../src/net/index.ts';
import { ask } from '../../src/probing/ask.ts';
import type { Answer } from '../../src/probing/ask.ts';
import { encodeRequest } from '../../src/protocol/index.ts';
import { startFakeDistccd } from '../helpers/start-fake-distccd.ts';
import type { Script } from '../helpers/start-fake-distccd.ts';

const request = {
  version: 1,
  args: ['gcc', '-c', 'a.c', '-o', 'a.o'],
  source: new TextEncoder().encode('int x;\n'),
} as const;

const reply = Buffer.from(
  'DONE00000001STAT00000000SERR00000001wSOUT00000001oDOTO00000004\u007fELF',
  'latin1',
);

async function askFake(t: ExecutionContext, script: Script, timeoutMs = 20_000): Promise<Answer> {
  const { address, port } = await startFakeDistccd(t, script);
  const { signal } = new AbortController();
  const socket = await connect(address, port, { timeoutMs: 20_000, allowHalfOpen: true, signal });
  t.teardown(() => socket.destroy());
  return ask(socket, encodeRequest(request), { version: 1, timeoutMs, resetWaitMs: 20, signal });
}

test('ask() gives the response of a server that reads the request and answers', async (t) => {
  const answer = await askFake(t, async (call) => {
    t.deepEqual(await call.request(), request);
    call.socket.end(reply);
  });
  t.is(answer.kind, 'response');
  if (answer.kind !== 'response') return;
  const { status, object, stderr, stdout } = answer.response;
  const texts = [stderr, stdout, object].map((bytes) => Buffer.from(bytes).toString('latin1'));
  t.deepEqual([status, ...texts], [0, 'w', 'o', '\u007fELF']);
});

test('ask() does not wait for the end of a server that has answered', async (t) => {
  const answer = await askFake(t, async (call) => {
    await call.request();
    call.socket.write(reply);
  });
  t.is(answer.kind, 'response');
});

test('ask() takes an answer that comes byte by byte', async (t) => {
  const answer = await askFake(t, async ({ socket, request: read }) => {
    await read();
    for (const byte of reply) {
      socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
  t.is(answer.kind, 'response');
});

test('ask() reads the answer that came while this process stood still beyond the limit', async (t) => {
  const script: Script = async (call) => {
    await call.request();
    call.socket.write(reply);
    const endsAtMs = performance.now() + 400;
    while (performance.now() < endsAtMs) continue; // nothing is read meanwhile
  };
  t.is((await askFake(t, script, 300)).kind, 'response');
});

test('ask() finds an answer garbled that ends after any byte but the last', async (t) => {
  const cuts = [...reply.keys()].slice(1);
  const answers = await Promise.all(
    cuts.map((end) =>
      askFake(t, async (call) => {
        await call.request();
        call.socket.end(reply.subarray(0, end));
      }),
    ),
  );
  t.deepEqual(new Set(answers.map(({ kind }) => kind)), new Set(['garbled']));
});

test('ask() finds a reset in the middle of an answer garbled', async (t) => {
  const answer = await askFake(t, async (call) => {
    await call.request();
    call.socket.write(reply.subarray(0, 20), () => call.socket.resetAndDestroy());
  });
  t.is(answer.kind, 'garbled');
});

for (const [title, text] of [
  ['HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
  ['SSH', 'SSH-2.0-OpenSSH_9.2p1 Debian\r\n'],
  ['another version', 'DONE00000002STAT00000000'],
  ['a length that is no number', 'DONE00000001STAT0000000zSERR00000000'],
  ['a length of 4 GiB', 'DONE00000001STAT00000000SERRffffffff'],
] as const) {
  test(`ask() finds ${title} garbled at once`, async (t) => {
    const answer = await askFake(t, ({ socket }) => void socket.resume().write(text));
    t.is(answer.kind, 'garbled', JSON.stringify(answer));
  });
}

for (const [title, expected, script] of [
  ['reads the request and closes', true, endAfterRequest],
  ['resets the connection after a moment', false, resetSoon],
  ['closes at once', false, ({ socket }) => void socket.destroy()],
] as const satisfies readonly (readonly [string, boolean, Script])[]) {
  test(`ask() tells that a server ${title}, every time`, async (t) => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => askFake(t, script)));
    for (const answer of answers) t.deepEqual(answer, { kind: 'closed', wasRequestRead: expected });
  });
}

function resetSoon({ socket }: Parameters<Script>[0]): void {
  setTimeout(() => socket.resetAndDestroy(), 30);
}

async function endAfterRequest(call: Parameters<Script>[0]): Promise<void> {
  await call.request();
  call.socket.end();
}

test('ask() finds a server silent that says nothing: not alive, or alive when it then closes', async (t) => {
  const dead = await askFake(t, ({ socket }) => void socket.resume(), 50);
  t.deepEqual(dead, { kind: 'silent', receivedBytes: 0, isAlive: false });
  const atWork = await askFake(
    t,
    ({ socket }) => void socket.resume().once('end', () => socket.end()),
    50,
  );
  t.deepEqual(atWork, { kind: 'silent', receivedBytes: 0, isAlive: true });
});

test('ask() counts what a server said that stopped in the middle', async (t) => {
  const answer = await askFake(
    t,
    ({ socket }) => void socket.resume().write(reply.subarray(0, 30)),
    400,
  );
  t.deepEqual(answer, { kind: 'silent', receivedBytes: 30, isAlive: false });
});

test('ask() comes back when its caller destroys the socket', async (t) => {
  const { address, port } = await startFakeDistccd(t, ({ socket }) => void socket.resume());
  const { signal } = new AbortController();
  const socket = await connect(address, port, { timeoutMs: 20_000, allowHalfOpen: true, signal });
  const options = { version: 1, timeoutMs: 20_000, resetWaitMs: 20, signal } as const;
  const answer = ask(socket, encodeRequest(request), options);
  socket.destroy();
  t.is((await answer).kind, 'closed');
});

test('ask() comes back when its signal aborts', async (t) => {
  const { address, port } = await startFakeDistccd(t, ({ socket }) => void socket.resume());
  const controller = new AbortController();
  const { signal } = controller;
  const socket = await connect(address, port, { timeoutMs: 20_000, allowHalfOpen: true, signal });
  const options = { version: 1, timeoutMs: 20_000, resetWaitMs: 20, signal } as const;
  const answer = ask(socket, encodeRequest(request), options);
  controller.abort();
  t.is((await answer).kind, 'closed');
});
