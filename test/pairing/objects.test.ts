import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { commandOf } from '../helpers/paths.ts';
import { run } from '../helpers/run.ts';
import { startOriginalDistccd, startOurDistccd } from '../helpers/start-daemon.ts';
import { waitUntil } from '../helpers/wait-until.ts';

const ours = commandOf('distcc');
const original = ['/usr/bin/distcc'];

const pairings = [
  { title: 'our distcc with the original distccd', client: ours, start: startOriginalDistccd },
  { title: 'the original distcc with our distccd', client: original, start: startOurDistccd },
  { title: 'our distcc with our distccd', client: ours, start: startOurDistccd },
];

/** A header, macros, floating point, strings beyond ASCII: what a compiler has to get right. */
const header =
  'struct part { double weight; int count; };\n#define SCALE(x) ((x) * 3 + __LINE__)\n';
const sources = {
  'a.c': `#include "part.h"
#include <stdio.h>
static const char *name = "größer";
int sum(const struct part *parts, int count)
{
  double total = 0.5;
  for (int i = 0; i < count; i++)
    total += parts[i].weight * SCALE(parts[i].count);
  return printf("%s %f %s\\n", name, total, __FILE__);
}
`,
  'b.cc': `#include "part.h"
#include <map>
#include <string>
template <typename T> T scaled(T value) { return SCALE(value); }
int total(const std::map<std::string, part> &parts)
{
  int sum = 0;
  for (const auto &entry : parts) sum += scaled(entry.second.count) + entry.first.size();
  return sum;
}
`,
};

const levels = [['-O0'], ['-O2'], ['-O2', '-S']];

/** One folder for all, since debug information names it; one local object for all pairings. */
const folder = await mkdtemp(path.join(os.tmpdir(), 'lsdistcc-pairing-'));
const localObjects = new Map<string, Promise<Buffer>>();

test.before(async () => {
  for (const [name, text] of Object.entries({ ...sources, 'part.h': header })) {
    await writeFile(path.join(folder, name), text);
  }
});

test.after.always(() => rm(folder, { recursive: true, force: true }));

interface Place {
  readonly t: ExecutionContext;
  /** Of the files of this test. */
  readonly prefix: string;
  /** The client, and the environment that leads it to one daemon and nowhere else. */
  readonly client: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

for (const [index, { title, client, start }] of pairings.entries()) {
  for (const [protocol, option] of [
    [1, ''],
    [2, ',lzo'],
  ] as const) {
    test(`${title}, protocol ${protocol}, makes the objects of local gcc and g++`, async (t) => {
      const daemon = await start(t);
      const env = { DISTCC_HOSTS: `127.0.0.1:${daemon.port}${option}`, DISTCC_FALLBACK: '0' };
      const place = { t, prefix: `${index}-${protocol}`, client, env };
      for (const [compiler, source] of [
        ['gcc', 'a.c'],
        ['g++', 'b.cc'],
      ] as const) {
        for (const level of levels) await compareWithLocal(place, [compiler, ...level], source);
        await compareDebug(place, compiler, source);
      }
      // The original logs a job after its answer.
      await waitUntil('every object came from the daemon', async () => {
        return (await countServed(daemon.readLog)) === 8;
      });
    });
  }
}

/** How many compilations a daemon's log tells of. */
async function countServed(readLog: () => Promise<string>): Promise<number> {
  const lines = (await readLog()).split('\n');
  return lines.filter((line) => /COMPILE_OK|exit code 0/.test(line)).length;
}

async function compareWithLocal(place: Place, words: readonly string[], source: string) {
  const stage = words.includes('-S') ? [] : ['-c'];
  const command = [...words, ...stage, source];
  const local = await onlyOnce(command.join(' '), (output) =>
    compile(place.t, command, output, {}),
  );
  await compareRemote(place, command, local);
}

/** Separate preprocessing moves column numbers: so a local compiler gets its own preprocessed text. */
async function compareDebug(place: Place, compiler: string, source: string) {
  const { t } = place;
  const text = source.replace('.cc', '.ii').replace(/\.c$/, '.i');
  const local = await onlyOnce(`${compiler} -g`, async (output) => {
    const preprocessed = await run(t, [compiler, '-g', '-E', source], { cwd: folder });
    await writeFile(path.join(folder, text), preprocessed.stdout);
    return compile(t, [compiler, '-g', '-c', text], output, {});
  });
  await compareRemote(place, [compiler, '-g', '-c', source], local);
}

async function compareRemote(place: Place, command: readonly string[], local: Buffer) {
  const { t, client, env, prefix } = place;
  const remote = await compile(t, [...client, ...command], `${prefix}.out`, env);
  t.true(remote.equals(local), `${command.join(' ')}: the same bytes`);
}

async function onlyOnce(key: string, make: (output: string) => Promise<Buffer>): Promise<Buffer> {
  const known = localObjects.get(key) ?? make(`local-${localObjects.size}.out`);
  localObjects.set(key, known);
  return known;
}

async function compile(
  t: ExecutionContext,
  command: readonly string[],
  output: string,
  env: Readonly<Record<string, string>>,
): Promise<Buffer> {
  const { code, stdout, stderr } = await run(t, [...command, '-o', output], { cwd: folder, env });
  t.deepEqual({ code, stdout, stderr }, { code: 0, stdout: '', stderr: '' }, command.join(' '));
  return readFile(path.join(folder, output));
}
