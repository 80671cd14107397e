import net from 'node:net';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { findFreePort } from '../helpers/free-port.ts';
import { runCli } from '../helpers/run.ts';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import { waitUntil } from '../helpers/wait-until.ts';
import { send } from '../server/start-server.ts';

const compileA = (compiler: string): string[] => [compiler, '-c', 'a.c', '-o', 'a.o'];

async function startWithStats(t: ExecutionContext, args: readonly string[] = []) {
  const statsPort = await findFreePort();
  const daemon = await startOurDistccd(t, { args: ['--stats-port', String(statsPort), ...args] });
  const url = `http://127.0.0.1:${statsPort}`;
  // Node 20's first fetch never ends when its connection is closed while it loads its own parser.
  const isUp = (): Promise<boolean> =>
    fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5000) }).then(
      ({ ok }) => ok,
      () => false,
    );
  return { daemon, statsPort, url, isUp };
}

test('distccd --stats-port serves its four pages, which count what was done', async (t) => {
  const { daemon, url, isUp } = await startWithStats(t);
  await waitUntil('it is up', isUp);
  await send(daemon, compileA('gcc'));
  await send(daemon, compileA('rm'));
  const read = async (path: string): Promise<string> => (await fetch(url + path)).text();
  t.is(await read('/healthz'), 'ok\n');
  t.regex(
    await read('/stats'),
    /^argv \/distccd\n<distccstats>\ndcc_tcp_accept \d+\n[^]*dcc_compile_ok 1\n/,
  );
  const metrics = await read('/metrics?x=1');
  t.regex(metrics, /^distccd_requests_total\{outcome="ok"\} 1$/m);
  t.regex(metrics, /^distccd_requests_total\{outcome="refused"\} 1$/m);
  t.regex(metrics, /^distccd_compile_seconds_count 1$/m);
  t.regex(metrics, /^distccd_compilations_total\{compiler="gcc",result="ok"\} 1$/m);
  t.regex(metrics, /^# TYPE distccd_running_jobs gauge$/m);
  const counters = (text: string): string[] =>
    text.split('\n').filter((line) => /_total\{/.test(line));
  t.deepEqual(counters(await read('/metrics')), counters(metrics), 'a reading changes no counter');
  const page = await fetch(`${url}/`);
  t.regex(
    await page.text(),
    /<!doctype html>[^]*<b>0 of \d+<\/b>slots in use[^]*>compiled<\/td><td class="number">1<\/td>/,
  );
  t.regex(page.headers.get('content-security-policy') ?? '', /default-src 'none'/);
  t.is((await fetch(`${url}/__proto__`)).status, 404);
});

test('distccd serves jobs while readers of its statistics read nothing', async (t) => {
  const { daemon, statsPort, isUp } = await startWithStats(t);
  await waitUntil('it is up', isUp);
  for (let count = 0; count < 80; count += 1) {
    const socket = net.connect(statsPort, '127.0.0.1').pause();
    socket.on('error', () => undefined).write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    t.teardown(() => socket.destroy());
  }
  t.is((await send(daemon, compileA('gcc'))).status, 0);
});

test('distccd shows its statistics to nobody who is not on the access list', async (t) => {
  const { isUp, daemon } = await startWithStats(t, ['--allow', '127.0.0.2']);
  await waitUntil('it listens', async () => (await daemon.readLog()).includes('listening'));
  t.false(await isUp());
});

test('distccd ends with 102 when the port of its statistics is taken', async (t) => {
  const { statsPort, isUp } = await startWithStats(t);
  await waitUntil('it is up', isUp);
  const port = String(await findFreePort());
  const args = ['--no-detach', '--listen', '127.0.0.1', '-p', port, '--user', 'root'];
  const { code, stderr } = await runCli(t, 'distccd', [...args, '--stats-port', String(statsPort)]);
  t.is(code, 102);
  t.regex(stderr, /Cannot listen on 127\.0\.0\.1:\d+ for statistics: EADDRINUSE\n$/);
});
