import { readFile } from 'node:fs/promises';
import test from 'ava';
import { parseHostList } from '../../src/hosts/index.ts';
import { startDnsServer } from '../dns/start-dns-server.ts';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import { copyExample, exampleFile, PATIENTLY } from './run-example.ts';

test('hosts has every form of the grammar, and comments only beside them', async (t) => {
  const { hosts } = parseHostList(await readFile(exampleFile('hosts/hosts'), 'utf8'));
  const remote = hosts.filter((host) => host.kind === 'tcp');
  t.deepEqual(
    remote.map(({ host, port, limit }) => [host, port, limit]),
    [
      ['red', 3632, 4],
      ['green', 4200, 4],
      ['blue', 3632, 8],
      ['cyan', 4200, 8],
      ['pink', 4200, 8],
      ['192.0.2.7', 3632, 4],
      ['2001:db8::7', 3632, 4],
      ['2001:db8::8', 4200, 2],
      ['gray', 3632, 4],
      ['white', 4200, 8],
      ['black', 3632, 4],
    ],
  );
  const namesOf = (list: typeof remote): string[] => list.map(({ host }) => host);
  t.deepEqual(namesOf(remote.filter(({ compression }) => compression === 'lzo')), [
    'gray',
    'white',
  ]);
  t.deepEqual(namesOf(remote.filter(({ isDown }) => isDown)), ['black']);
  t.deepEqual(hosts.at(-1), { kind: 'local', limit: 2, text: 'localhost/2' });
});

test('lsdistcc --hosts-file hosts vets the file, each entry keeping its form', async (t) => {
  const daemon = await startOurDistccd(t, { isEverywhere: true });
  const names = { red: '127.0.0.11', blue: '127.0.0.12', gray: '127.0.0.13' };
  const dns = await startDnsServer(t, {
    names: Object.fromEntries(Object.entries(names).map(([name, ip]) => [name, { A: [ip] }])),
  });
  const example = await copyExample(t, 'hosts');
  // The addresses of the file are documentation's own: they are left out, and nobody is asked.
  const loopback = "grep -v '2001:db8\\|192.0.2' hosts > loopback";
  const server = `--dns-server ${dns.address}:${dns.port}`;
  const vet = `lsdistcc ${PATIENTLY} --sort source -r ${daemon.port} ${server}`;
  const result = await example.run(['sh', '-c', `${loopback}; ${vet} --hosts-file loopback`]);
  const { port } = daemon;
  t.deepEqual(result.stdout.split('\n'), [`red:${port}`, `blue:${port}/8`, `gray:${port},lzo`, '']);
  t.is(result.code, 0);
});

test('distcc --show-hosts reads hosts of DISTCC_DIR', async (t) => {
  const example = await copyExample(t, 'hosts');
  const result = await example.run(['distcc', '--show-hosts'], { DISTCC_DIR: example.folder });
  t.is(result.stdout.split('\n')[0], 'red');
  t.true(result.stdout.endsWith('\nblack,down\nlocalhost/2\n'));
  t.is(result.code, 0);
});
