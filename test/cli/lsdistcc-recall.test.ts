import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { startDnsServer } from '../dns/start-dns-server.ts';
import type { NameScript } from '../dns/start-dns-server.ts';
import { findFreePort } from '../helpers/free-port.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { runCli } from '../helpers/run.ts';
import type { Run } from '../helpers/run.ts';
import { startServer } from '../server/start-server.ts';

/** A farm of two hosts with names, a DISTCC_DIR of its own, and a DNS server that can be told to fail. */
async function startFarm(t: ExecutionContext) {
  const server = await startServer(t, { listen: '0.0.0.0' });
  const names: Record<string, NameScript> = {
    'node1.lab': { A: ['127.0.0.1'] },
    'node2.lab': { A: ['127.0.0.1'] },
    '_distcc._tcp.lab': {
      SRV: [{ priority: 0, weight: 0, port: server.port, target: 'node1.lab' }],
    },
  };
  let isDead = false;
  const dns = await startDnsServer(t, {
    names: (name) => (isDead ? { dropFirst: Infinity } : names[name]),
  });
  const folder = await makeFolder(t);
  const lsdistcc = (...args: readonly string[]): Promise<Run> => {
    const where = ['--dns-server', `127.0.0.1:${dns.port}`, `-r${server.port}`];
    const env = { DISTCC_DIR: folder };
    return runCli(t, 'lsdistcc', ['-t30', '-c9000', '-k20000', ...where, ...args], { env });
  };
  const die = (): void => {
    isDead = true;
  };
  return { lsdistcc, die, folder, server, names };
}

const recalled = /^lsdistcc: No host was found: vetting the 1 good ones of 1 min ago$/m;

for (const [what, word, warning] of [
  ['a pattern', 'node%d.lab', /Cannot look up the names of node%d\.lab/],
  [
    'an SRV name',
    '_distcc._tcp.lab',
    /Cannot find SRV records of "_distcc\._tcp\.lab": no DNS server/,
  ],
  ['a list of names', 'node1.lab', undefined],
] as const) {
  test(`lsdistcc vets the last good hosts of ${what} when the DNS is dead, and says so`, async (t) => {
    const { lsdistcc, die, server } = await startFarm(t);
    const good = `node1.lab:${server.port}\n`;
    t.is((await lsdistcc(word)).stdout, good);
    die();
    const dead = await lsdistcc(word);
    t.deepEqual([dead.stdout, dead.code], [good, 0], dead.stderr);
    t.regex(dead.stderr, recalled);
    if (warning !== undefined) t.regex(dead.stderr, warning);

    const uncached = await lsdistcc('--no-cache', word);
    t.deepEqual([uncached.stdout, uncached.code], ['', 1]);
    t.notRegex(uncached.stderr, recalled);
  });
}

test('lsdistcc asks the last good hosts again before it lists them', async (t) => {
  const { lsdistcc, die, server } = await startFarm(t);
  await lsdistcc('node%d.lab');
  die();
  await server.close();
  const dead = await lsdistcc('--explain', 'node%d.lab');
  t.deepEqual([dead.stdout, dead.code], ['', 1]);
  t.regex(dead.stderr, recalled);
  t.regex(dead.stderr, /^node1\.lab \(127\.0\.0\.1:\d+\) \[pattern node%d\.lab\]: refused: /m);
});

test('lsdistcc keeps to its total limit when it vets the last good hosts', async (t) => {
  const { lsdistcc, die } = await startFarm(t);
  await lsdistcc('node%d.lab');
  die();
  const { stdout, stderr, code } = await lsdistcc('-t1', 'node%d.lab');
  t.deepEqual([stdout, code], ['', 1]);
  t.regex(
    stderr,
    /^lsdistcc: No host was found, and no time is left to vet the 1 good ones of 1 min ago$/m,
  );
});

test('lsdistcc does not vet old hosts when the sources give some, bad or good', async (t) => {
  const { lsdistcc, names, server } = await startFarm(t);
  await lsdistcc('node%d.lab');
  const gone = await findFreePort();
  const bad = await lsdistcc(`-r${gone}`, 'node%d.lab');
  t.deepEqual([bad.stdout, bad.code], ['', 1]);
  t.regex(bad.stderr, /^lsdistcc: 0 of 1 hosts are good, wanted 1: .*ECONNREFUSED\n$/);
  names['node1.lab'] = { A: ['127.0.0.5'] };
  const moved = await lsdistcc('-n', '--sort', 'name', 'node%d.lab');
  t.is(moved.stdout, `127.0.0.5:${server.port}\n127.0.0.1:${server.port}\n`);
});

test('lsdistcc keeps a good list as it was when it was recalled', async (t) => {
  const { lsdistcc, die, folder } = await startFarm(t);
  await lsdistcc('node%d.lab');
  const [file = ''] = await readdir(path.join(folder, 'last-good'));
  const kept = (): Promise<Stats> => stat(path.join(folder, 'last-good', file));
  const { ino, mtimeMs } = await kept();
  die();
  t.is((await lsdistcc('node%d.lab')).code, 0);
  const after = await kept();
  t.deepEqual(
    [after.ino, after.mtimeMs],
    [ino, mtimeMs],
    'its age is the age of what the DNS said',
  );
});

test('lsdistcc keeps a good list for each compiler', async (t) => {
  const { lsdistcc, die, names, server } = await startFarm(t);
  await lsdistcc('node1.lab');
  names['node1.lab'] = { A: ['127.0.0.5'] };
  t.is((await lsdistcc('-n', '-pcc', 'node1.lab')).stdout, `127.0.0.5:${server.port}\n`);
  die();
  t.is((await lsdistcc('-n', 'node1.lab')).stdout, `127.0.0.1:${server.port}\n`);
});

test('lsdistcc keeps a good list though it sees a part of the hosts only', async (t) => {
  const { lsdistcc, die, names, server } = await startFarm(t);
  names['node2.lab'] = { A: ['127.0.0.5'] };
  const both = `node1.lab:${server.port}\nnode2.lab:${server.port}\n`;
  t.is((await lsdistcc('--sort', 'name', 'node%d.lab')).stdout, both);
  t.is((await lsdistcc('--max-hosts', '1', 'node%d.lab')).code, 0);
  names['node2.lab'] = { rcode: 2 };
  t.is((await lsdistcc('node%d.lab')).stdout, `node1.lab:${server.port}\n`);
  names['node2.lab'] = { A: ['127.0.0.5'], delayMs: 60_000 };
  t.is((await lsdistcc('-t4', 'node%d.lab')).stdout, `node1.lab:${server.port}\n`);
  die();
  t.is((await lsdistcc('--sort', 'name', 'node%d.lab')).stdout, both);
});

test('lsdistcc forgets a good host that is gone', async (t) => {
  const { lsdistcc, die, names, server } = await startFarm(t);
  const words = ['node%d.lab', '_distcc._tcp.lab'];
  names['node2.lab'] = { A: ['127.0.0.5'] };
  await lsdistcc(...words);
  delete names['node2.lab'];
  t.is((await lsdistcc(...words)).stdout, `node1.lab:${server.port}\n`);
  die();
  t.is((await lsdistcc(...words)).stdout, `node1.lab:${server.port}\n`);
});
