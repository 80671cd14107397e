import fs from 'node:fs';
import path from 'node:path';
import { encodeRequest } from '../../src/protocol/index.ts';
import type { CompileRequest } from '../../src/protocol/index.ts';
import { makeJobs } from '../distccd/jobs.ts';

/** What one client of the soak does. */
export type Errand =
  | {
      readonly kind: 'compiles';
      readonly version: CompileRequest['version'];
      readonly bytes: Buffer;
    }
  /** Leaves while its compiler runs, which would never end. */
  | { readonly kind: 'vanishes'; readonly bytes: Buffer }
  /** Sends what is no request, or what is refused. */
  | { readonly kind: 'errs'; readonly bytes: Buffer };

/** Ignores polite requests, as does what it starts; its name tells both pids when it is ready. */
const STUBBORN = (folder: string): string => `#!/bin/sh
trap '' TERM
sleep 1000 &
: >'${folder}'/pids.$$.$!
while :; do wait; done
`;

/** Make the compiler that never ends; it leaves a file `pids.A.B` in the folder. */
export function makeStubbornCompiler(folder: string): string {
  const file = path.join(folder, 'stubborn-cc');
  fs.writeFileSync(file, STUBBORN(folder), { mode: 0o755 });
  return file;
}

const SOURCE = new TextEncoder().encode('# 1 "a.c"\nint twice(int value) { return 2 * value; }\n');

/** All errands; some stand more than once, as often as they come up. */
export function makeErrands(instant: string, stubborn: string): readonly Errand[] {
  const { c, 'c++': large } = makeJobs(instant);
  const args = (compiler: string, source = 'a.c'): string[] => [
    ...[path.basename(compiler), '-c', source, '-o', 'a.o'],
  ];
  const compiles = (version: 1 | 2 | 3, request: CompileRequest | Buffer): Errand => {
    const bytes = Buffer.isBuffer(request) ? request : Buffer.concat(encodeRequest(request));
    return { kind: 'compiles', version, bytes };
  };
  const plain = (version: 1 | 2): Errand =>
    compiles(version, { version, args: args(instant), source: SOURCE });
  const pump = compiles(3, {
    version: 3,
    cwd: '/w',
    args: args('gcc', '/w/a.c'),
    entries: [
      { kind: 'file', name: '/w/a.c', content: Buffer.from('#include "sub/h.h"\nint x = Y;\n') },
      { kind: 'file', name: '/w/sub/g.h', content: Buffer.from('#define Y 1\n') },
      { kind: 'link', name: '/w/sub/h.h', target: 'g.h' },
    ],
  });
  const request = { version: 1, source: SOURCE } as const;
  const vanishes: Errand = {
    kind: 'vanishes',
    bytes: Buffer.concat(encodeRequest({ ...request, args: args(stubborn) })),
  };
  const refused = Buffer.concat(encodeRequest({ ...request, args: args('rm') }));
  return [
    ...Array.from({ length: 60 }, () => plain(1)),
    ...Array.from({ length: 10 }, () => plain(2)),
    ...Array.from({ length: 12 }, () => compiles(1, c.request)),
    compiles(1, large.request),
    ...[pump, pump, pump, pump, pump],
    ...[vanishes, vanishes, vanishes, vanishes],
    { kind: 'errs', bytes: refused },
    { kind: 'errs', bytes: refused.subarray(0, 60) },
    { kind: 'errs', bytes: Buffer.from('GET / HTTP/1.0\r\n\r\n') },
    { kind: 'errs', bytes: Buffer.from('DIST00000002ARGC00000001ARGV00000003gccDOTI00000004xxxx') },
    { kind: 'errs', bytes: Buffer.from('DIST00000001ARGC00000001ARGV00000003gccDOTIffffffff') },
  ];
}
