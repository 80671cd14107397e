import fc from 'fast-check';
import { encodeRequest } from '../../src/protocol/index.ts';
import type { CompileRequest, RequestEntry } from '../../src/protocol/index.ts';
import { commands } from './commands.ts';
import { mutations } from './mutations.ts';

/** What a client does, byte for byte. */
export interface Conversation {
  readonly bytes: Buffer;
  /** Sent in so many pieces, each in a segment of its own. */
  readonly pieces: number;
  /** Afterwards: waits for an answer, ends its side, or resets the connection. */
  readonly leaving: 'waits' | 'ends' | 'resets';
}

const sources = fc.oneof(
  fc.constant('# 1 "a.c"\nint x;\n'),
  fc.constantFrom(
    '',
    '#include "/etc/passwd"\n',
    '.incbin "/etc/passwd"',
    'int größer(;\n',
    '\0\0',
  ),
  fc.constant('asm(".incb" "in \\"/etc/passwd\\"");\n'),
  fc.string({ maxLength: 200 }),
  fc.nat({ max: 20_000 }).map((length) => 'int x;\n'.repeat(length / 7)),
);

const names = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('/w/a.c', '/w/h.h', '/w/sub/deep/i.h', '/usr/include/x.h'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '/',
      'a.c',
      '/w/../../etc/x',
      '/w//a.c',
      '/w/.',
      '/w/a.c/b',
      '..',
    ),
  },
  { weight: 1, arbitrary: fc.nat({ max: 400 }).map((depth) => '/d'.repeat(depth)) },
);

const targets = fc.constantFrom(
  ...['a.c', '../h.h', '../../../../../../../etc', '/etc/passwd', '/', '', '.', '/w/a.c', 'sub/..'],
  ...['../../../../../../../../usr/include', '../../../../../../../../usr/../etc'],
);

function entries(): fc.Arbitrary<RequestEntry[]> {
  const content = sources.map((text) => Buffer.from(text));
  const file = fc.record({ kind: fc.constant('file' as const), name: names, content });
  const link = fc.record({ kind: fc.constant('link' as const), name: names, target: targets });
  const source = fc.record({
    kind: fc.constant('file' as const),
    name: fc.constant('/w/a.c'),
    content,
  });
  return fc
    .tuple(
      fc.array(source, { maxLength: 1 }),
      fc.array(fc.oneof(file, file, link), { maxLength: 5 }),
    )
    .map(([first, more]) => [...first, ...more]);
}

function requests(outside: string): fc.Arbitrary<CompileRequest> {
  const args = commands(outside);
  return fc.oneof(
    fc.record({
      version: fc.constantFrom(1 as const, 2 as const),
      args,
      source: sources.map((text) => Buffer.from(text)),
    }),
    fc.record({
      version: fc.constant(3 as const),
      cwd: fc.oneof(fc.constant('/w'), fc.constant('/w'), names),
      args,
      entries: entries(),
    }),
  );
}

/**
 * Conversations of all kinds: right ones, hostile ones, broken ones and noise.
 * @param outside - a folder where no job may write; hostile words try to
 */
export function conversations(outside: string): fc.Arbitrary<Conversation> {
  const encoded = requests(outside).map((request) => Buffer.concat(encodeRequest(request)));
  const broken = fc
    .tuple(encoded, encoded, mutations)
    .map(([bytes, other, mutate]) => mutate(bytes, other));
  const noise = fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes));
  return fc.record({
    bytes: fc.oneof(
      { weight: 9, arbitrary: encoded },
      { weight: 10, arbitrary: broken },
      { weight: 1, arbitrary: noise },
    ),
    pieces: fc.constantFrom(1, 1, 1, 2, 5),
    leaving: fc.constantFrom(
      'waits' as const,
      'waits' as const,
      'ends' as const,
      'resets' as const,
    ),
  });
}
