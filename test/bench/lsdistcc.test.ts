import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { goodNames } from '../../bench/lsdistcc/farm.ts';
import { compareAt, lsdistccBench } from '../../bench/lsdistcc/index.ts';
import { toRows } from '../../bench/lsdistcc/to-rows.ts';
import type { Results } from '../../bench/page/index.ts';
import { runBenches } from '../../bench/run-bench.ts';
import { findProgram, splitPath } from '../../src/process/index.ts';
import { makeFolder } from '../helpers/make-folder.ts';

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

const plain = { hostCount: 20, dnsDelayMs: 2, dnsLoss: 0, hasStuck: false, hasClosing: false };
const faulty = { ...plain, hasStuck: true, hasClosing: true };

laboratoryTest(
  'a bench finds every good host of each farm, writes its page and leaves nothing behind',
  async (t) => {
    const docs = await makeFolder(t);
    const { signal } = new AbortController();
    const measure = () => compareAt([plain, faulty], { maxRuns: 1, ms: Infinity, signal });
    const lines: string[] = [];
    const write = (line: string): void => void lines.push(line);
    const all = { lsdistcc: { ...lsdistccBench, measure } };
    t.is(await runBenches(['lsdistcc'], all, { effort: 'quick', docs, write, signal }), 0);
    t.deepEqual(leftovers(process.pid), []);
    const file = path.join(docs, 'benchmarks/lsdistcc.json');
    const { rows } = JSON.parse(fs.readFileSync(file, 'utf8')) as Results;
    t.deepEqual(
      rows.map(({ name, faults, remarks }) => [name, faults, remarks]),
      [
        ['20 hosts, DNS 2 ms', [], {}],
        ['20 hosts, DNS 2 ms, 1 in 20 stuck, 1 in 10 closing', [], rows[1]?.remarks],
      ],
    );
    for (const { samples } of rows) {
      t.is(samples['Node, object']?.length, 1);
      t.true(Object.values(samples).every(([ms = 0]) => ms > 1));
    }
    t.is(lines.filter((line) => line.startsWith('20 hosts, ')).length, 2);
    const page = fs.readFileSync(path.join(docs, 'benchmarks.md'), 'utf8');
    t.regex(page, /^\| 20 hosts, DNS 2 ms \| [\d.]+ ms<br>/m);
    t.true(page.includes('(benchmarks/lsdistcc-size.svg)'));
    t.true(fs.existsSync(path.join(docs, 'benchmarks/lsdistcc-size.svg')));
    t.false(page.includes('lsdistcc-loss'), 'nothing was measured for this picture');
  },
);

test('toRows() tells who missed a good host, named another or failed', (t) => {
  t.is(goodNames(faulty).size, 17);
  const run = { wallMs: 9, peakBytes: 2 ** 20, stdout: '', end: '0', found: 17, wrong: 0 };
  const rowOf = (original: object, ours: object) =>
    toRows(
      faulty,
      new Map([
        ['original', [run, { ...run, ...original }]],
        ['Node, status', [run, { ...run, ...ours }]],
      ]),
    )[0];
  t.deepEqual([rowOf({}, {})?.remarks, rowOf({}, {})?.faults], [{}, []]);
  const row = rowOf({ found: 3 }, { found: 16, wrong: 2, end: 'SIGSEGV' });
  const remark = 'found 16–17 of 17, named 2 wrong ones, ended with SIGSEGV';
  t.deepEqual(row?.remarks, { original: 'found 3–17 of 17', 'Node, status': remark });
  t.deepEqual(row?.faults, [`Node, status: ${remark}`]);
});

test('toRows() tells memory of a large farm, and leaves out the time of the original there', (t) => {
  const run = { wallMs: 9, peakBytes: 2 ** 21, stdout: '', end: '0', found: 5000, wrong: 0 };
  const results = new Map([
    ['original', [{ ...run, found: 500 }]],
    ['Node, object', [run]],
  ]);
  const rows = toRows({ ...plain, hostCount: 5000 }, results);
  t.deepEqual(
    rows.map(({ unit, samples }) => [unit, samples]),
    [
      ['ms', { 'Node, object': [9] }],
      ['MiB', { 'Node, object': [2] }],
    ],
  );
  t.deepEqual(rows[0]?.remarks, { original: 'found 500 of 5000' });
});

laboratoryTest(
  'main.js interrupted in a row ends with 130 and leaves nothing behind',
  async (t) => {
    const docs = await makeFolder(t);
    const words = [main, 'lsdistcc', '--quick', '--output', docs];
    const bench = spawn(process.execPath, words, { stdio: 'pipe' });
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
    t.deepEqual(fs.readdirSync(docs), []);
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
