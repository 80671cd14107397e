import { spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import type { NameServer } from '../../src/dns/index.ts';
import { makeResolver, never } from './make-resolver.ts';

const DNSMASQ = '/usr/sbin/dnsmasq';
const signal = never;

async function findFreePort(): Promise<number> {
  const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

async function startDnsmasq(t: ExecutionContext, lines: readonly string[]): Promise<NameServer> {
  const port = await findFreePort();
  const child = spawn(
    DNSMASQ,
    [
      ...[
        '--keep-in-foreground',
        '--no-resolv',
        '--no-hosts',
        '--conf-file=/dev/null',
        '--pid-file=',
      ],
      ...[
        '--user=',
        '--group=',
        '--listen-address=127.0.0.1',
        '--bind-interfaces',
        `--port=${port}`,
      ],
      ...['--auth-ttl=60', '--local=/lab/', '--log-facility=-'],
      ...lines,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  t.teardown(() => child.kill('SIGKILL'));
  for await (const text of child.stderr) {
    if (String(text).includes('started')) break;
  }
  return { address: '127.0.0.1', port };
}

test('resolve() and query() agree with a real dnsmasq', async (t) => {
  const many = Array.from(
    { length: 60 },
    (_, index) => `--host-record=many.lab,127.0.1.${index + 1}`,
  );
  const farm = Array.from({ length: 300 }, (_, index) => `--host-record=h${index}.lab,127.0.2.1`);
  const server = await startDnsmasq(t, [
    ...['--host-record=red.lab,127.0.0.7', '--host-record=both.lab,127.0.0.8,::8'],
    ...['--host-record=six.lab,::7', '--cname=alias.lab,red.lab'],
    ...[
      '--srv-host=_distcc._tcp.lab,red.lab,4200,1,2',
      '--txt-record=_distcc._tcp.lab,cpus=4,jobs=6',
    ],
    ...many,
    ...farm,
  ]);
  const resolver = makeResolver(t, [server], { search: ['lab'] });
  const addresses = async (name: string): Promise<readonly string[] | string> => {
    const answer = await resolver.resolve(name, { signal });
    return answer.kind === 'addresses' ? answer.addresses : answer.kind;
  };
  t.deepEqual(await addresses('red.lab'), ['127.0.0.7']);
  t.deepEqual(await addresses('red'), ['127.0.0.7']);
  t.deepEqual(await addresses('both.lab'), ['127.0.0.8']);
  t.deepEqual(await addresses('six.lab'), ['::7']);
  t.deepEqual(await addresses('alias.lab'), ['127.0.0.7']);
  t.is(await addresses('gone.lab.'), 'no-such-name');
  t.is((await addresses('many.lab')).length, 60);
  const all = await Promise.all(farm.map((_, index) => addresses(`h${index}.lab`)));
  t.true(all.every((one) => one[0] === '127.0.2.1'));
  t.is(await addresses('outside.example.'), 'dns-failed'); // REFUSED: it has nobody to ask

  const services = await resolver.query('_distcc._tcp.lab', 'SRV', { signal });
  const data = { priority: 1, weight: 2, port: 4200, target: 'red.lab' };
  t.deepEqual(services.kind === 'records' && services.records.map((one) => one.data), [data]);
  t.true(
    services.kind === 'records' && services.additionals.some((one) => one.data === '127.0.0.7'),
  );
  const texts = await resolver.query('_distcc._tcp.lab', 'TXT', { signal });
  t.deepEqual(texts.kind === 'records' && texts.records[0]?.data, ['cpus=4', 'jobs=6']);
});
