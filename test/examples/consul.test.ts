import test from 'ava';
import { runCli } from '../helpers/run.ts';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import { findFreePort } from '../helpers/free-port.ts';
import { PATIENTLY } from './run-example.ts';
import { startZoneServer } from './start-zone-server.ts';
import type { ZoneRecord } from './start-zone-server.ts';

/** Consul's answer to `_distcc._tcp.service.consul`: nodes as targets, their addresses beside them. */
function makeZone(ports: Readonly<Record<string, number>>): ZoneRecord[] {
  return Object.entries(ports).flatMap(([node, port], index): ZoneRecord[] => {
    const target = `${node}.node.dc1.consul`;
    const data = { priority: 1, weight: 1, port, target };
    return [
      { type: 'SRV', name: '_distcc._tcp.service.consul', data, ttl: 0 },
      { type: 'A', name: target, data: `127.0.2.${index + 1}`, ttl: 0 },
    ];
  });
}

test('lsdistcc takes ports and addresses from the SRV answer of Consul, which has three over UDP and all over TCP', async (t) => {
  const { port } = await startOurDistccd(t, { isEverywhere: true });
  const closed = await findFreePort();
  const nodes = { red: port, green: closed, blue: port, gray: port, pink: port };
  const dns = await startZoneServer(t, makeZone(nodes), { udpAnswers: 3 });
  const server = ['--dns-server', `127.0.0.1:${dns.port}`];
  const args = [
    ...PATIENTLY.split(' '),
    ...server,
    '--sort',
    'name',
    '_distcc._tcp.service.consul',
  ];
  const result = await runCli(t, 'lsdistcc', ['--explain', ...args]);
  const good = ['blue', 'gray', 'pink', 'red'].map((node) => `${node}.node.dc1.consul:${port}\n`);
  t.is(result.stdout, good.join(''));
  t.regex(
    result.stderr,
    new RegExp(`^green.node.dc1.consul \\(127.0.2.2:${closed}\\) .*refused`, 'm'),
  );
  t.deepEqual(
    dns.questions.filter((question) => question.includes('.node.')),
    [],
  );
  const numeric = await runCli(t, 'lsdistcc', ['--numeric', ...args]);
  t.is(numeric.stdout, [3, 4, 5, 1].map((last) => `127.0.2.${last}:${port}\n`).join(''));
});
