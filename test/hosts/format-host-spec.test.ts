import test from 'ava';
import fc from 'fast-check';
import { formatHostSpec, parseHostSpec } from '../../src/hosts/index.ts';
import type { HostSpec, RemoteHost } from '../../src/hosts/index.ts';

const formats = test.macro({
  exec(t, text: string, wanted: string) {
    t.is(formatHostSpec(parseHostSpec(text)), wanted);
  },
  title: (_, text: string, wanted: string) => `formatHostSpec() writes ${text} as ${wanted}`,
});

test(formats, 'localhost', 'localhost');
test(formats, 'localhost/2', 'localhost');
test(formats, 'localhost/3', 'localhost/3');
test(formats, 'h:3632', 'h');
test(formats, 'h:4200', 'h:4200');
test(formats, 'h/9:1/3', 'h:1/3');
test(formats, 'h/4', 'h/4');
test(formats, 'localhost:3632/1', 'localhost:3632/1');
test(formats, '[::1]:3632', '[::1]');
test(formats, '[fe80::1%eth0]:1', '[fe80::1%eth0]:1');
test(formats, 'h,down,cpp,lzo,lzo', 'h,lzo,cpp,down');
test(formats, 'u@h/3:/path/distccd,lzo', 'u@h/3:/path/distccd,lzo');
test(formats, '@[::1]', '@[::1]');
test(formats, 'h,down,tls,lzo', 'h,tls,lzo,down');
test(formats, 'h:3634,tls=a.b', 'h,tls=a.b');
test(formats, 'h:3632,tls', 'h:3632,tls');
test(formats, 'h:3634', 'h:3634');

const name = fc.stringMatching(/^[a-z_][a-z0-9._=%-]{0,12}$/);
const address = fc.oneof(fc.ipV6(), fc.constant('fe80::1%eth0'));
const limit = fc.option(fc.integer({ min: 1, max: 1_000_000 }), { nil: undefined });
const shared = fc
  .record({
    host: fc.oneof(name, address, fc.ipV4()),
    limit,
    mode: fc.constantFrom('plain', 'lzo', 'cpp'),
    isDown: fc.boolean(),
  })
  .map(({ mode, limit: given, ...rest }): Omit<RemoteHost, 'kind' | 'text' | 'port'> => ({
    ...rest,
    limit: given ?? 4,
    isLimitGiven: given !== undefined,
    compression: mode === 'plain' ? 'none' : 'lzo',
    preprocessAt: mode === 'cpp' ? 'server' : 'client',
  }));

const tls = fc.oneof(
  fc.record({ isTls: fc.boolean() }),
  fc.record({ isTls: fc.constant(true), tlsName: fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()) }),
);

const spec: fc.Arbitrary<HostSpec> = fc.oneof(
  limit.map((given): HostSpec => ({ kind: 'local', limit: given ?? 2, text: '' })),
  fc
    .tuple(shared, fc.oneof(fc.constantFrom(3632, 3634), fc.integer({ min: 1, max: 65_535 })), tls)
    .map(([fields, port, over]): HostSpec => ({ kind: 'tcp', ...fields, port, ...over, text: '' })),
  fc
    .tuple(
      shared,
      fc.option(name),
      fc.option(fc.stringMatching(/^[a-z0-9/:@._][a-z0-9/:@._-]{0,19}$/)),
    )
    .map(([fields, user, command]): HostSpec => ({
      kind: 'ssh',
      ...(user !== null && { user }),
      ...fields,
      ...(command !== null && { command }),
      text: '',
    })),
);

test('formatHostSpec() writes what parseHostSpec() reads as the same entry', (t) => {
  const property = fc.property(spec, (wanted) => {
    const text = formatHostSpec(wanted);
    t.deepEqual(parseHostSpec(text), { ...wanted, text });
  });
  t.notThrows(() => {
    fc.assert(property, { numRuns: 500 });
  });
});

test('parseHostSpec() reads any text or throws its own error', (t) => {
  const piece = fc.constantFrom(
    'a',
    'localhost',
    '@',
    '/',
    ':',
    ',',
    '[',
    ']',
    '3',
    '0',
    'lzo',
    '-',
    'cpp',
    '::1',
    '%',
    ' ',
  );
  const property = fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
    const text = pieces.join('');
    try {
      const read = parseHostSpec(text);
      const canonical = formatHostSpec(read);
      t.is(formatHostSpec(parseHostSpec(canonical)), canonical);
      t.is(read.text, text);
    } catch (error) {
      t.is((error as Error).name, 'HostSpecError');
    }
  });
  t.notThrows(() => {
    fc.assert(property, { numRuns: 2000 });
  });
});
