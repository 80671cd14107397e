import { once } from 'node:events';
import net from 'node:net';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { compileWitness } from '../../bench/lsdistcc/object-template.ts';
import { encodeResponse, RequestDecoder } from '../../src/protocol/index.ts';
import { addressOf, numberOf } from '../discovery/fake-resolver.ts';
import { startDnsServer } from '../dns/start-dns-server.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { commandOf } from '../helpers/paths.ts';
import { run } from '../helpers/run.ts';
import type { Run } from '../helpers/run.ts';
import { startFullListener } from '../helpers/start-full-listener.ts';

const HOST_COUNT = 5000;

/** Asked all at once, hosts that take so long would need more open files than there are. */
const slowHosts = { count: 1100, delayMs: 1500 };

/**
 * A daemon on every address of 127.0.0.0/8 that answers every witness rightly, without a compiler.
 * @param slowCount - so many connections wait for their answer
 */
async function startLargeFarm(t: ExecutionContext, slowCount: number): Promise<number> {
  let callCount = 0;
  const compile = await compileWitness(await makeFolder(t));
  const none = new Uint8Array();
  const server = net.createServer((socket) => {
    const decoder = new RequestDecoder();
    callCount += 1;
    const delayMs = callCount > slowCount ? 0 : slowHosts.delayMs;
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Uint8Array) => {
      const request = decoder.push(chunk);
      if (request === undefined || request.version === 3) return;
      const object = compile(new TextDecoder().decode(request.source));
      const { version } = request;
      const parts = encodeResponse({ version, status: 0, stderr: none, stdout: none, object });
      setTimeout(() => socket.end(Buffer.concat(parts)), delayMs);
    });
  });
  server.listen({ port: 0, host: '0.0.0.0', backlog: 4096 });
  await once(server, 'listening');
  t.teardown(() => server.close());
  return (server.address() as net.AddressInfo).port;
}

/** Run lsdistcc as a shell with a limit of open files would, the usual one when none is given. */
function lsdistcc(
  t: ExecutionContext,
  args: readonly string[],
  { stdin = '', maxOpenFiles = 1024 } = {},
): Promise<Run> {
  const shell = ['sh', '-c', `ulimit -n ${maxOpenFiles} && exec "$@"`, 'sh'];
  const patient = ['-t40', '-c20000', '-k20000', '--no-blacklist'];
  const command = [...commandOf('lsdistcc'), ...patient, ...args];
  return run(t, [...shell, ...command], { stdin });
}

test.serial(`lsdistcc vets ${HOST_COUNT} hosts of a pattern with 1,024 open files`, async (t) => {
  const port = await startLargeFarm(t, 0);
  const dns = await startDnsServer(t, {
    names: (name) => {
      const number = numberOf(name.replace('.lab', ''));
      return number <= HOST_COUNT ? { A: [addressOf(number)] } : undefined;
    },
  });
  const where = ['--dns-server', `127.0.0.1:${dns.port}`, `-r${port}`];
  const { stdout, stderr, code } = await lsdistcc(t, [...where, '--sort', 'name', 'node%d.lab']);
  const wanted = Array.from({ length: HOST_COUNT }, (_, index) => `node${index + 1}.lab:${port}\n`);
  t.is(stderr, '');
  t.is(code, 0);
  t.true(stdout === wanted.join(''), `${stdout.split('\n').length - 1} hosts`);
});

test.serial(`lsdistcc vets ${HOST_COUNT} hosts of a list with 1,024 open files`, async (t) => {
  const port = await startLargeFarm(t, slowHosts.count);
  const hosts = Array.from(
    { length: HOST_COUNT },
    (_, index) => `${addressOf(index + 1)}:${port}\n`,
  );
  const { stdout, stderr, code } = await lsdistcc(t, ['--sort', 'source', '-'], {
    stdin: hosts.join(''),
  });
  t.is(stderr, '');
  t.is(code, 0);
  t.true(stdout === hosts.join(''), `${stdout.split('\n').length - 1} hosts`);
});

test.serial('lsdistcc misses no host of a list with 128 open files', async (t) => {
  const port = await startLargeFarm(t, 100);
  const hosts = Array.from({ length: 400 }, (_, index) => `${addressOf(index + 1)}:${port}\n`);
  const options = { stdin: hosts.join(''), maxOpenFiles: 128 };
  const { stdout, stderr, code } = await lsdistcc(t, ['--sort', 'source', '-'], options);
  t.deepEqual([stdout.split('\n').length - 1, stderr, code], [400, '', 0]);
});

test.serial(
  'lsdistcc misses no host of a list with 64 open files behind 100 stuck ones',
  async (t) => {
    const stuck = await startFullListener(t);
    const good = await startLargeFarm(t, 0);
    const hosts = (port: number): string[] =>
      Array.from({ length: 100 }, (_, index) => `${addressOf(index + 1)}:${port}\n`);
    const options = { stdin: [...hosts(stuck), ...hosts(good)].join(''), maxOpenFiles: 64 };
    // It prints while it works, and is over when that is done.
    const args = ['-c100', '--format', 'ndjson', '-'];
    const { stdout, stderr, code } = await lsdistcc(t, args, options);
    const count = (verdict: string): number => stdout.split(`"verdict":"${verdict}"`).length - 1;
    t.deepEqual([count('up'), count('connect-timeout'), stderr, code], [100, 100, '', 0]);
  },
);
