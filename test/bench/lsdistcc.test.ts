import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { compareAt } from '../../bench/lsdistcc/index.ts';
import { isRight } from '../../bench/lsdistcc/render.ts';
import { findProgram, splitPath } from '../../src/process/index.ts';

const main = fileURLToPath(new URL('../../bench/main.js', import.meta.url));

/** Where a namespace may not be made, the refusal is tested and nothing else can be. */
const folders = splitPath(process.env['PATH'] ?? '');
const isLaboratory =
  process.getuid?.() === 0 && ['ip', 'lsdistcc', 'gcc'].every((name) => findProgram(name, folders));
const laboratoryTest = isLaboratory ? test.serial : test.serial.skip;

/** Everything a bench run by `pid` must not leave behind. */
function leftovers(pid: number): string[] {
  const name = `lsdistcc-bench-${pid}`;
  const isMounted = fs.readFileSync('/proc/self/mounts', 'utf8').includes(name);
  const folders = [`/etc/netns/${name}`, `/run/netns/${name}`, `/var/run/netns/${name}`];
  return [...folders.filter((folder) => fs.existsSync(folder)), ...(isMounted ? [name] : [])];
}

/** The processes in the network of a bench run by `pid`. */
function processesIn(pid: number): string[] {
  const { stdout } = spawnSync('ip', ['netns', 'pids', `lsdistcc-bench-${pid}`], {
    encoding: 'utf8',
  });
  return stdout.split('\n').filter(Boolean);
}

/** Waits for the end of processes; ava's own limit ends the wait. */
async function goneOf(pids: readonly string[]): Promise<void> {
  while (pids.some((pid) => fs.existsSync(`/proc/${pid}`))) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

laboratoryTest(
  'compareAt() finds every good host of each farm and leaves nothing behind',
  async (t) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-test-'));
    t.teardown(() => {
      fs.rmSync(folder, { recursive: true });
    });
    const resultFile = path.join(folder, 'rows.json');
    const lines: string[] = [];
    const pids = new Set<string>();
    const plain = { hostCount: 20, dnsDelayMs: 0, dnsLoss: 0, hasStuck: false, hasClosing: false };
    const farms = [plain, { ...plain, dnsDelayMs: 2, hasStuck: true, hasClosing: true }];
    const rows = await compareAt(farms, {
      maxRuns: 1,
      ms: Infinity,
      resultFile,
      write: (line) => {
        lines.push(line);
        processesIn(process.pid).forEach((pid) => pids.add(pid));
      },
      signal: new AbortController().signal,
    });
    const counts = rows.map(({ goodCount, original, status, object }) => ({
      goodCount,
      original: original.wrong,
      status: [status.found, status.wrong, status.ends],
      object: [object.found, object.wrong, object.ends],
    }));
    t.deepEqual(counts, [
      { goodCount: 20, original: [0], status: [[20], [0], ['0']], object: [[20], [0], ['0']] },
      { goodCount: 17, original: [0], status: [[17], [0], ['0']], object: [[17], [0], ['0']] },
    ]);
    t.deepEqual(rows[0]?.original.found, [20]);
    t.true(rows.every(isRight));
    t.true(rows.every(({ object }) => object.peakBytes > 2 ** 20));
    t.is(lines.filter((line) => line.includes(' 20/20 ')).length, 1);
    t.is(lines.filter((line) => line.includes(' 17/17 ')).length, 1);
    const document: unknown = JSON.parse(fs.readFileSync(resultFile, 'utf8'));
    t.deepEqual((document as { rows: unknown }).rows, JSON.parse(JSON.stringify(rows)));
    t.deepEqual(leftovers(process.pid), []);
  },
);

laboratoryTest(
  'main.js interrupted in a row ends with 130 and leaves nothing behind',
  async (t) => {
    const bench = spawn(process.execPath, [main, 'lsdistcc', '--quick'], { stdio: 'pipe' });
    let stderr = '';
    bench.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    await once(bench.stdout, 'data');
    const pid = bench.pid ?? 0;
    while (processesIn(pid).length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    const pids = processesIn(pid); // the two servers and a program
    bench.kill('SIGINT');
    const [code] = (await once(bench, 'exit')) as [number | null];
    t.is(code, 130);
    t.is(stderr, 'bench: stopped\n');
    t.deepEqual(leftovers(pid), []);
    await goneOf(pids);
  },
);

test('main.js says in one line what it needs', (t) => {
  const env = { ...process.env, PATH: '/nonexistent' };
  const { status, stderr } = spawnSync(process.execPath, [main, 'lsdistcc'], {
    env,
    encoding: 'utf8',
  });
  t.is(status, 1);
  t.regex(
    stderr,
    /^bench: Needs root, ip \(iproute2\), .*; here is no (root, no )?ip, no lsdistcc, no gcc\n$/,
  );
});

test('main.js lists the benches', (t) => {
  const { status, stdout } = spawnSync(process.execPath, [main, '--help'], { encoding: 'utf8' });
  t.is(status, 0);
  t.regex(stdout, /^ {2}lsdistcc {2}\w/m);
});

test('main.js refuses a bench that does not exist', (t) => {
  const { status, stdout } = spawnSync(process.execPath, [main, 'fast'], { encoding: 'utf8' });
  t.is(status, 2);
  t.regex(stdout, /^There is no bench "fast"$/m);
});
