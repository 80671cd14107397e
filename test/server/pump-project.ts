import { mkdir, readdir, readFile, readlink, realpath, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { sendJob } from '../../src/client/send-job.ts';
import type { CompileResponse, RequestEntry } from '../../src/protocol/index.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { run } from '../helpers/run.ts';

/** A source with headers in several folders, one of them behind links; C and C++ take it. */
const sources = {
  'src/main.c': `#include "near.h"
#include <api.h>
#include <deep/er.h>
#include "quoted.h"
#include "linked.h"
#include <assert.h>
#include <stdio.h>
const char *where(void) { return __FILE__; }
const char *header(void) { return API_FILE; }
int sum(int x)
{
  assert(x > FORCED);
  return near(x) + api(x) + deeper(x) + quoted(x) + linked(x) + printf("%d", x);
}
`,
  'src/near.h': 'static int near(int x) { return x / 3; }\n',
  'inc/api.h': '#define API_FILE __FILE__\nstatic inline int api(int x) { return x * 7; }\n',
  'inc/deep/er.h': '#include "../real.h"\nstatic inline int deeper(int x) { return x - 9; }\n',
  'inc/real.h': '#pragma once\nstatic inline int linked(int x) { return x ^ 5; }\n',
  'quoted/quoted.h': 'static inline int quoted(int x) { return x | 64; }\n',
  'forced.h': '#define FORCED 3\n',
  'bad.c': '#include "quoted/bad.h"\nint bad(void) { return WORSE; }\n',
  'quoted/bad.h': '#define WORSE nothing\n',
  'warns.c': 'static int unused;\n',
  'undefined.c': 'int shift(int x) { return 1 << x; }\n',
  'out/forcing_technique_271828': '',
};

const links = {
  'src/linked.h': '../inc/real.h',
  inc2: 'inc',
};

/** The folders of system headers, as an include server sends them: links up and out of the tree. */
const systemFolders = ['/usr/include', '/usr/local/include', '/usr/lib/gcc'];

/** A project on disk, where a local compiler finds it and from where its files are sent. */
export interface PumpProject {
  /** Its folder; no link is in the path. */
  readonly path: string;
  /** What a client sends of it. */
  readonly entries: readonly RequestEntry[];
}

/** Write the project, and read what a client would send. */
export async function makePumpProject(t: Pick<ExecutionContext, 'teardown'>): Promise<PumpProject> {
  const folder = await realpath(await makeFolder(t));
  for (const [name, text] of Object.entries(sources)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  await writeFile(path.join(folder, 'src/main.cc'), `#include <cassert>\n${sources['src/main.c']}`);
  for (const [name, target] of Object.entries(links)) {
    await symlink(target, path.join(folder, name));
  }
  return { path: folder, entries: [...(await readEntries(folder)), ...systemFolders.map(leadOut)] };
}

async function readEntries(folder: string): Promise<RequestEntry[]> {
  const items = await readdir(folder, { withFileTypes: true });
  const read = async (name: string, item: (typeof items)[number]): Promise<RequestEntry[]> => {
    if (item.isDirectory()) return readEntries(name);
    if (item.isFile()) return [{ kind: 'file', name, content: await readFile(name) }];
    return [{ kind: 'link', name, target: await readlink(name) }];
  };
  const entries = items.map((item) => read(path.join(folder, item.name), item));
  return (await Promise.all(entries)).flat();
}

function leadOut(name: string): RequestEntry {
  return { kind: 'link', name, target: `${'../'.repeat(22)}${name.slice(1)}` };
}

/**
 * The file as an include server sends one that is found by an absolute path (fact sheet 8.2): with a
 * first line that has its name, spelled as the compiler first comes to it.
 */
export function withLine(entry: RequestEntry): RequestEntry {
  if (entry.kind !== 'file' || entry.content.length === 0) return entry;
  const name = entry.name.replace('/inc/real.h', '/inc/deep/../real.h');
  const line = `#line 1 "${name}"\n`;
  return { ...entry, content: Buffer.concat([Buffer.from(line), entry.content]) };
}

/** One job for {@link sendPump}. */
export interface PumpJob {
  readonly cwd: string;
  readonly args: readonly string[];
  readonly entries: readonly RequestEntry[];
}

/** Send one job in protocol 3 and give its answer. */
export function sendPump(port: number, job: PumpJob): Promise<CompileResponse> {
  const { signal } = new AbortController();
  const where = { address: '127.0.0.1', port, ioTimeoutMs: 60_000, signal };
  return sendJob({ version: 3, ...job }, where);
}

/** What a local compiler leaves: the bytes of its output and dependency file, and its messages. */
export async function compileHere(
  t: ExecutionContext,
  { cwd, args }: Pick<PumpJob, 'cwd' | 'args'>,
): Promise<{ readonly object: Buffer; readonly dependencies: Buffer; readonly stderr: string }> {
  const folder = await makeFolder(t);
  const file = path.join(folder, 'd');
  const words = args.flatMap((word, index) =>
    args[index - 1] === '-o' ? [path.join(folder, 'o')] : [word],
  );
  const output = args[args.indexOf('-o') + 1] ?? '';
  const target = args.some((word) => /^-M[TQ]/.test(word)) ? [] : ['-MQ', output];
  const dependencies = args.some((word) => /^-MM?D$/.test(word)) ? [] : ['-MMD'];
  const result = await run(t, [...words, ...dependencies, ...target, '-MF', file], { cwd });
  const read = (name: string): Promise<Buffer> => readFile(name).catch(() => Buffer.alloc(0));
  return {
    object: await read(path.join(folder, 'o')),
    dependencies: await read(file),
    stderr: result.stderr,
  };
}

/** Where lines of a dependency file break depends on how long the server's paths are. */
export function unfold(dependencies: Uint8Array | undefined): string {
  return Buffer.from(dependencies ?? [])
    .toString()
    .replaceAll(/ \\\n */g, ' ');
}
