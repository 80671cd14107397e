import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import type { Bench } from '../../bench/bench.ts';
import { benches } from '../../bench/benches.ts';
import { formatFigure } from '../../bench/page/format-figure.ts';
import {
  judge,
  medianOf,
  ratioOf,
  renderFiles,
  renderRow,
  saveResults,
} from '../../bench/page/index.ts';
import type { Results, Row } from '../../bench/page/index.ts';
import { runBenches } from '../../bench/run-bench.ts';
import { root } from '../examples/root.ts';
import { makeFolder } from '../helpers/make-folder.ts';

const { signal } = new AbortController();
const docs = path.join(root, 'docs');
const subjects = Object.keys(benches);

const row: Row = {
  ...{ name: '<iostream> | & co', unit: 'ms' },
  samples: { original: [10, 20, 30], executable: [5, 30, 33], Node: [100, 200] },
  remarks: { original: 'found 3 of <4>' },
  wanted: [{ program: 'executable', kind: 'ratio', atMost: 1 }],
  points: { 'over-size': 40 },
};

const tiny: Bench = {
  ...{ summary: 'A <tiny> bench', notes: ['Nothing is done'], baseline: 'original' },
  pictures: [{ name: 'over-size', title: 'Time & size', xName: 'hosts', yName: 'time, ms' }],
  measure: () => rowsOf(row, { ...row, name: 'more', points: { 'over-size': 5 } }),
};

const results: Results = {
  ...{ ...tiny, name: 'tiny', effort: 'quick', startedAt: '2026-01-02T03:04:05.678Z', tookS: 5 },
  ...{ load: 1.4, processors: 2, environment: { Node: '20' }, rows: [row] },
};

/** The page of one run, or of two. */
async function pageOf(
  t: ExecutionContext,
  ...changes: readonly Partial<Results>[]
): Promise<string> {
  const folder = await makeFolder(t);
  const names = ['tiny', 'other'];
  for (const [index, change] of changes.entries()) {
    saveResults(folder, { ...results, name: names[index] ?? '', ...change });
  }
  return renderFiles(folder, names).get('benchmarks.md') ?? '';
}

/** Every row that is committed. */
function keptRows(): Row[] {
  const texts = subjects.map((name) =>
    fs.readFileSync(path.join(docs, 'benchmarks', `${name}.json`), 'utf8'),
  );
  return texts.flatMap((text) => (JSON.parse(text) as Results).rows);
}

/** The texts of a picture, by a strict reader of XML. */
function textsOf(svg: string): string[] {
  const script = `import sys, json, xml.etree.ElementTree as tree
print(json.dumps([text for one in tree.parse(sys.stdin.buffer).iter() for text in one.itertext()]))`;
  const { status, stdout, stderr } = spawnSync('python3', ['-c', script], {
    input: svg,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as string[];
}

async function* rowsOf(...rows: readonly Row[]): AsyncGenerator<Row, void> {
  for (const one of rows) yield await Promise.resolve(one);
}

test('docs/benchmarks.md and its pictures are what the figures beside them make', (t) => {
  const files = renderFiles(docs, subjects);
  for (const [name, text] of files) {
    const file = path.join(docs, name);
    t.true(
      fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text,
      `${name}: npm run bench -- --page`,
    );
  }
  const kept = fs.readdirSync(path.join(docs, 'benchmarks')).map((name) => `benchmarks/${name}`);
  const own = [...files.keys(), ...subjects.map((name) => `benchmarks/${name}.json`)];
  t.deepEqual(
    kept.filter((name) => !own.includes(name)),
    [],
  );
});

test('docs/benchmarks.md shows every subject and names neither machine nor folder', (t) => {
  const page = fs.readFileSync(path.join(docs, 'benchmarks.md'), 'utf8');
  for (const name of subjects) t.true(page.includes(`\n## ${name}\n`), name);
  t.notRegex(page, /\/(?:tmp|home|root|usr|work)\b/);
});

test('runBenches() writes page and pictures; one subject renews its part alone', async (t) => {
  const folder = await makeFolder(t);
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  const options = { effort: 'quick', docs: folder, write, signal } as const;
  const all = { one: tiny, two: { ...tiny, pictures: [] } };
  t.is(await runBenches(['one', 'two'], all, options), 0);
  const read = (name: string): string => fs.readFileSync(path.join(folder, name), 'utf8');
  t.deepEqual(fs.readdirSync(path.join(folder, 'benchmarks')).sort(), [
    ...['one.json', 'over-size.svg', 'two.json'],
  ]);
  const before = { page: read('benchmarks.md'), two: read('benchmarks/two.json') };
  const slower = { ...row, samples: { original: [77.777] }, faults: ['all of it'] };
  const renewed = { ...all, one: { ...tiny, measure: () => rowsOf(slower) } };
  t.is(await runBenches(['one'], renewed, options), 1, 'a fault');
  t.is(read('benchmarks/two.json'), before.two);
  const part = (page: string, name: string): string | undefined =>
    page.split(/^## /m).find((text) => text.startsWith(`${name}\n`));
  t.is(part(read('benchmarks.md'), 'two'), part(before.page, 'two'));
  t.regex(part(read('benchmarks.md'), 'one') ?? '', /77\.8 ms.*\*\*wrong\*\*: all of it/);
  t.true(lines.includes('    WRONG: all of it'));
  const { load, environment, startedAt, effort } = JSON.parse(before.two) as Results;
  t.true(load >= 0 && Date.now() - Date.parse(startedAt) < 600_000);
  t.is(effort, 'quick');
  t.is(environment['Node'], process.versions.node);
});

test('renderFiles() shows medians, ratios, spread, what is missed, and tags as text', async (t) => {
  const page = await pageOf(t, {});
  t.true(
    page.includes(
      '| &lt;iostream> \\| &amp; co | 20.0 ms<br><sub>10.0–30.0</sub><br>found 3 of &lt;4> |',
    ),
  );
  t.true(
    page.includes('| 30.0 ms × 1.10<br><sub>5.00–33.0</sub> |'),
    'the middle of 0.5, 1.5 and 1.1',
  );
  t.true(page.includes('| 150 ms × 7.50<br><sub>100–200</sub> |'), 'fewer rounds: medians');
  t.true(page.includes('| **missed**: executable 1.10 × original, wanted at most 1 |'));
  t.true(
    page.includes(
      '| [tiny](#tiny) | A &lt;tiny> bench | 0 of 1 | quick | 2026-01-02 03:04 UTC | 5 s | 1.40 |',
    ),
  );
  t.false(page.includes('busy'));
});

test('renderFiles() marks runs that started on a busy machine', async (t) => {
  const page = await pageOf(t, { load: 1.6 });
  t.true(page.includes('| 1.60 **(busy)** |'));
  t.true(page.includes('**The machine was busy**'));
});

test('renderFiles() tells environments apart', async (t) => {
  const page = await pageOf(t, {}, { environment: { Node: '99' } });
  t.true(page.includes('For tiny:\n\n|  |  |\n| --- | --- |\n| Node | 20 |'));
  t.true(page.includes('For other:\n\n|  |  |\n| --- | --- |\n| Node | 99 |'));
});

test('a picture is well-formed, the same each time, and shows every figure', async (t) => {
  const folder = await makeFolder(t);
  const rows = [
    row,
    { ...row, points: { 'over-size': 400 }, samples: { original: [5432], Node: [1.234] } },
  ];
  saveResults(folder, { ...results, rows });
  const files = renderFiles(folder, ['tiny']);
  const svg = files.get('benchmarks/over-size.svg') ?? '';
  t.is(renderFiles(folder, ['tiny']).get('benchmarks/over-size.svg'), svg);
  const texts = textsOf(svg);
  const figures = ['20.0, found 3 of <4>', '30.0', '150', '5432, found 3 of <4>', '1.23'];
  for (const text of [
    'Time & size',
    'hosts',
    'time, ms',
    '40',
    '400',
    'original',
    'executable',
    'Node',
    ...figures,
  ]) {
    t.true(texts.includes(text), `${text} in ${texts.join(' ')}`);
  }
});

test('docs/benchmarks/*.svg show every figure of their rows', (t) => {
  const files = renderFiles(docs, subjects);
  const names = [...files.keys()].filter((name) => name.endsWith('.svg'));
  t.true(names.length >= 2);
  for (const name of names) {
    const texts = textsOf(files.get(name) ?? '').map((text) => text.split(', found')[0]);
    const picture = path.basename(name, '.svg');
    const figures = keptRows()
      .filter(({ points = {} }) => picture in points)
      .flatMap(({ samples }) => Object.values(samples).map(medianOf));
    t.true(figures.length > 5);
    t.deepEqual(
      figures.map(formatFigure).filter((figure) => !texts.includes(figure)),
      [],
      name,
    );
  }
});

test('judge() knows shares, differences and figures, as they are shown', (t) => {
  const verdict = (
    wanted: Omit<NonNullable<Row['wanted']>[number], 'program'>,
    program = 'executable',
  ) =>
    judge({ ...row, wanted: [{ program, ...wanted }] }, 'original').map(({ value, isKept }) => [
      value,
      isKept,
    ]);
  t.deepEqual(verdict({ kind: 'ratio', atMost: 1.1 }), [[1.1, true]]);
  t.deepEqual(verdict({ kind: 'ratio', atLeast: 1.2 }), [[1.1, false]]);
  t.deepEqual(verdict({ kind: 'difference', atMost: 3 }), [[3, true]]);
  t.deepEqual(verdict({ kind: 'value', atMost: 29 }), [[30, false]]);
  t.deepEqual(verdict({ kind: 'difference', to: 'Node', atMost: 3 }), [[-120, true]]);
  t.deepEqual(verdict({ kind: 'ratio', atMost: 1 }, 'unknown'), [], 'not measured, not judged');
  const samples = { original: [1], executable: [1.2004] };
  t.true(
    judge(
      { ...row, samples, wanted: [{ program: 'executable', kind: 'ratio', atMost: 1.2 }] },
      'original',
    )[0]?.isKept,
  );
  t.is(ratioOf(row, 'unknown', 'original'), NaN);
});

test('renderRow() tells a row in lines', (t) => {
  const lines = renderRow(row, 'original');
  t.regex(
    lines[0] ?? '',
    /^<iostream> \| & co +original 20\.0 ms {2}executable 30\.0 ms \(1\.10\) {2}Node 150 ms \(7\.50\)$/,
  );
  t.deepEqual(lines.slice(1), [
    '    original: found 3 of <4>',
    '    MISSED: executable 1.10 × original, wanted at most 1',
  ]);
});
