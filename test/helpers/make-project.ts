import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { makeFolder } from './make-folder.ts';

/** A folder of small sources, right and wrong ones. */
export async function makeProject(t: Pick<ExecutionContext, 'teardown'>): Promise<string> {
  const folder = await makeFolder(t);
  await writeSources(folder);
  return folder;
}

/** Put the sources into a folder that is there. */
export async function writeSources(folder: string): Promise<void> {
  for (const [name, text] of Object.entries(sources)) {
    await writeFile(path.join(folder, name), text);
  }
}

const sources = {
  'a.c': '#include "a.h"\nint a(void) { return A; }\n',
  'a.h': '#define A 42\n',
  'b.c': 'int b(void) { return 1; }\n',
  'main.c': '#include <stdio.h>\nint main(void) { return printf("hello\\n") < 0; }\n',
  'bad.c': 'int bad(void) { return nothing; }\n',
  'cpp.c': '#error not this one\n',
  'header.c': '#include "no-such-header.h"\n',
  'warn.c': '#warning careful\nint w(void) { int unused; return 0; }\n',
  'ready.i': '# 1 "ready.c"\nint ready(void) { return 1; }\n',
  'blob.c': '__asm__(".incbin \\"a.h\\"");\n',
  'asm.s': '.globl f\nf: ret\n',
  'pre.S': '#define F f\n.globl F\nF: ret\n',
  'p.cc': 'template <int n> int p() { return n; }\nint q() { return p<3>(); }\n',
  'words.rsp': '-c b.c\n',
};
