import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { findFreePort } from '../helpers/free-port.ts';
import type { Run } from '../helpers/run.ts';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import type { RunningDaemon } from '../helpers/start-daemon.ts';
import { waitUntil } from '../helpers/wait-until.ts';
import { readYaml } from './read-yaml.ts';
import type { Yaml } from './read-yaml.ts';
import { compiledSources, copyExample, PATIENTLY } from './run-example.ts';
import type { Example } from './run-example.ts';
import { writeProject } from './start-farm.ts';
import { startZoneServer } from './start-zone-server.ts';
import type { ZoneRecord, ZoneServer } from './start-zone-server.ts';

const [service, statefulSet = service] = readYaml('kubernetes/distccd.yaml');
const jobs = { pattern: 'build-by-pattern.yaml', srv: 'build-by-srv.yaml' } as const;
const pods = Number(statefulSet.text('spec.replicas'));
const addresses = Array.from({ length: pods }, (_, index) => `127.0.1.${index + 1}`);

/** Where the test's cluster has the farm and the job. */
const NAMESPACE = 'compile';

/** As the kubelet writes it to each pod. */
const resolvConf = `search ${NAMESPACE}.svc.cluster.local svc.cluster.local cluster.local
nameserver 127.0.0.1
options ndots:5
`;

/** What CoreDNS makes of the manifests: by the specification, a headless service's SRV and A records. */
function makeZone(distccdPort: number): ZoneRecord[] {
  const domain = `${service.text('metadata.name')}.${NAMESPACE}.svc.cluster.local`;
  const portName = service.text('spec.ports.0.name');
  return addresses.flatMap((data, index): ZoneRecord[] => {
    const target = `${statefulSet.text('metadata.name')}-${index}.${domain}`;
    const srv = { priority: 0, weight: Math.floor(100 / pods), port: distccdPort, target };
    return [
      { type: 'SRV', name: `_${portName}._tcp.${domain}`, data: srv, ttl: 30 },
      { type: 'A', name: target, data, ttl: 30 },
      { type: 'A', name: domain, data, ttl: 30 },
    ];
  });
}

interface Cluster {
  readonly daemon: RunningDaemon;
  readonly dns: ZoneServer;
  readonly job: Run;
  readonly example: Example;
}

/** Run the build container of a job, in a mount namespace with a pod's /etc/resolv.conf. */
async function runJob(t: ExecutionContext, name: string): Promise<Cluster> {
  const daemon = await startOurDistccd(t, { isEverywhere: true });
  const dns = await startZoneServer(t, makeZone(daemon.port));
  const example = await copyExample(t, 'kubernetes');
  await writeProject(example.folder);
  const file = path.join(example.folder, 'resolv.conf');
  await writeFile(file, resolvConf);
  const [manifest] = readYaml(`kubernetes/${name}`);
  const container = manifest.at('spec.template.spec.containers.0');
  const words = container.all('command').map((word) => word.text(''));
  const farm = environmentOf(container)['FARM'] ?? '';
  // All pods of the test share one machine, and no port of it is theirs for certain.
  const FARM = `${PATIENTLY} -r ${daemon.port} --dns-server 127.0.0.1:${dns.port} ${farm}`;
  const mount = `mount --bind ${file} /etc/resolv.conf && exec "$@"`;
  const job = await example.run(['unshare', '-rm', 'sh', '-c', mount, 'sh', ...words], { FARM });
  return { daemon, dns, job, example };
}

/** A container's environment: a value may name those before it, as in $(NAMESPACE). */
function environmentOf(container: Yaml): Record<string, string> {
  const env: Record<string, string> = {};
  for (const entry of container.all('env')) {
    const isField = entry.names('').includes('valueFrom');
    const value = isField
      ? fieldOf(entry.text('valueFrom.fieldRef.fieldPath'))
      : entry.text('value');
    env[entry.text('name')] = value.replaceAll(
      /\$\((\w+)\)/g,
      (whole, key: string) => env[key] ?? whole,
    );
  }
  return env;
}

function fieldOf(fieldPath: string): string {
  if (fieldPath === 'metadata.namespace') return NAMESPACE;
  throw new RangeError(`No field ${fieldPath} in this test`);
}

for (const [source, name] of Object.entries(jobs)) {
  test(`${name} finds every pod and compiles on them`, async (t) => {
    const { daemon, job, example } = await runJob(t, name);
    t.is(job.code, 0, job.stderr);
    for (const index of addresses.keys()) {
      const found = new RegExp(`^distccd-${index}\\.distccd\\S* .*\\[${source} .*: up, `, 'm');
      t.regex(job.stderr, found);
    }
    t.notRegex(job.stderr, /(?:no-such-name|dns-)/);
    t.deepEqual(compiledSources(await daemon.readLog()).sort(), ['greeting.c', 'main.c']);
    t.is((await example.run(['./hello'])).stdout, 'Hello\n');
  });
}

test('build-by-srv.yaml asks the DNS for the service alone', async (t) => {
  const { dns } = await runJob(t, jobs.srv);
  const name = `_distcc._tcp.distccd.${NAMESPACE}.svc.cluster.local`;
  t.true(dns.questions.includes(`${name} SRV`));
  t.deepEqual(
    dns.questions.filter((question) => !question.startsWith('_distcc.')),
    [],
  );
});

test('the container of distccd.yaml serves clients of the pod network, and its probes are answered', async (t) => {
  const container = statefulSet.at('spec.template.spec.containers.0');
  const words = container.all('command').map((word) => word.text(''));
  t.deepEqual(words, ['tini', '--', 'distccd']);
  const statsPort = await findFreePort();
  const args = container.all('args').map((word) => word.text(''));
  const daemon = await startOurDistccd(t, { args: [...args, '--stats-port', String(statsPort)] });
  const example = await copyExample(t, 'kubernetes');
  const host = `127.0.0.1:${daemon.port}`;
  const result = await example.run(['sh', '-c', `lsdistcc ${PATIENTLY} ${host}`]);
  t.is(result.stdout, `${host}\n`);
  for (const probe of ['readinessProbe', 'livenessProbe']) {
    const url = `http://127.0.0.1:${statsPort}${container.text(`${probe}.httpGet.path`)}`;
    await waitUntil('the probe is answered', () =>
      fetch(url).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    t.is(container.text(`${probe}.httpGet.port`), container.text('ports.1.name'));
  }
});

test('distccd.yaml: the pod has no powers, and a place to write', (t) => {
  const pod = statefulSet.at('spec.template.spec');
  t.not(pod.text('securityContext.runAsUser'), '0');
  const container = pod.at('containers.0');
  t.is(container.text('securityContext.capabilities.drop.0'), 'ALL');
  t.is(container.text('volumeMounts.0.mountPath'), '/tmp');
  t.is(container.text('volumeMounts.0.name'), pod.text('volumes.0.name'));
  const args = container.all('args').map((word) => word.text(''));
  const drain = Number(args[args.indexOf('--drain') + 1]);
  t.true(Number(pod.text('terminationGracePeriodSeconds')) > drain);
});

test('distccd.yaml: service, stateful set and container agree', (t) => {
  const set = (key: string): string => statefulSet.text(key);
  t.is(service.text('kind'), 'Service');
  t.is(service.text('spec.clusterIP'), 'None');
  t.is(set('kind'), 'StatefulSet');
  t.is(set('spec.serviceName'), service.text('metadata.name'));
  const label = service.text('spec.selector.app');
  t.is(set('spec.selector.matchLabels.app'), label);
  t.is(set('spec.template.metadata.labels.app'), label);
  t.is(service.text('spec.ports.0.name'), 'distcc');
  t.is(service.text('spec.ports.0.port'), '3632');
  const container = statefulSet.at('spec.template.spec.containers.0');
  t.is(container.text('ports.0.containerPort'), '3632');
  t.is(container.text('ports.1.containerPort'), '3633', 'where --stats is');
});

for (const name of Object.values(jobs)) {
  test(`${name}: what is checked out is what is built`, (t) => {
    const [job] = readYaml(`kubernetes/${name}`);
    t.is(job.text('kind'), 'Job');
    const pod = job.at('spec.template.spec');
    const [checkout, build] = [pod.at('initContainers.0'), pod.at('containers.0')];
    const folder = build.text('workingDir');
    t.is(checkout.all('command').at(-1)?.text(''), folder);
    for (const container of [checkout, build]) {
      t.is(container.text('volumeMounts.0.mountPath'), folder);
      t.is(container.text('volumeMounts.0.name'), pod.text('volumes.0.name'));
    }
  });
}
