import fs from 'node:fs';
import path from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { IoError, ProtocolError } from '../../src/errors/index.ts';
import type { RequestEntry } from '../../src/protocol/index.ts';
import { MAX_DEPTH, MAX_FOLDERS, planMirror } from '../../src/server/mirror-plan.ts';
import { writeMirror } from '../../src/server/write-mirror.ts';
import { makeFolder } from '../helpers/make-folder.ts';

const content = new TextEncoder().encode('int x;\n');
const file = (name: string): RequestEntry => ({ kind: 'file', name, content });
const link = (name: string, target: string): RequestEntry => ({ kind: 'link', name, target });

const refuses = test.macro({
  exec(t, _: string, reason: string, ...entries: RequestEntry[]) {
    for (const order of [entries, entries.toReversed()]) {
      t.throws(() => planMirror('/w', order), {
        instanceOf: ProtocolError,
        message: `Cannot mirror ${reason}`,
      });
    }
  },
  title: (_, what: string) => `planMirror() refuses ${what}`,
});

const NOT_PLAIN = {
  'a name that climbs': '/w/../../etc/passwd',
  'a name that climbs at once': '/../etc/passwd',
  'a name that ends in ..': '/w/..',
  'a name with a dot': '/w/./a.c',
  'a name that ends in a dot': '/w/.',
  'a name with two slashes': '/w//a.c',
  'a name that begins with two slashes': '//w/a.c',
  'a name with a slash at its end': '/w/a/',
  'the root': '/',
  'a relative name': 'a.c',
  'a relative name that climbs': '../a.c',
  'an empty name': '',
};
for (const [what, name] of Object.entries(NOT_PLAIN)) {
  test(refuses, `${what} as a file`, `"${name}": it is no plain absolute path`, file(name));
  test(refuses, `${what} as a link`, `"${name}": it is no plain absolute path`, link(name, '/w'));
}

for (const cwd of ['', 'w', '..', '/w/..', '/../w', '//w', '/w/']) {
  test(`planMirror() refuses the folder "${cwd}"`, (t) => {
    t.throws(() => planMirror(cwd, []), {
      instanceOf: ProtocolError,
      message: `Cannot mirror "${cwd}": it is no plain absolute path`,
    });
  });
}

test(refuses, 'a file twice', '"/a": it stands twice', file('/a'), file('/a'));
test(refuses, 'a link twice', '"/a": it stands twice', link('/a', '/b'), link('/a', '/b'));
test(refuses, 'a link and a file', '"/a": it stands twice', link('/a', '/b'), file('/a'));
test(
  refuses,
  'a file below a file',
  '"/a/b": it lies below /a, which is no folder',
  file('/a'),
  file('/a/b'),
);
test(
  refuses,
  'a file far below a link',
  '"/a/b/c/d": it lies below /a, which is no folder',
  link('/a', '/usr'),
  file('/a/b/c/d'),
);
test(
  refuses,
  'a link below a link',
  '"/a/b": it lies below /a, which is no folder',
  link('/a', '/usr'),
  link('/a/b', '/usr'),
);
test(
  refuses,
  'a file below a link by way of another file',
  '"/a/b/c": it lies below /a/b, which is no folder',
  file('/a/x'),
  link('/a/b', '/usr'),
  file('/a/b/c'),
);
for (const leaf of [file('/w'), link('/w', '/usr')]) {
  test(
    refuses,
    `a ${leaf.kind} in the place of the client’s folder`,
    '"/w/.": it lies below /w, which is no folder',
    leaf,
  );
}
test(
  refuses,
  'a file below the mark of a folder',
  '"/w/forcing_technique_271828/a": it lies below /w/forcing_technique_271828, which is no folder',
  file('/w/forcing_technique_271828'),
  file('/w/forcing_technique_271828/a'),
);

const MIXED = ['/..', '/../etc', '/w/..', '/w/../../etc', 'b/..', 'b/../../etc', '../b/../../etc'];
for (const target of [...MIXED, './b/./../..', '/./..', 'b//..']) {
  const reason = `"/w/a": it is a link with .. behind a name: ${target}`;
  test(refuses, `a link to ${target}`, reason, link('/w/a', target));
}
for (const [name, target, end] of [
  ['/a', '../etc', '/etc'],
  ['/w/a', '../../etc/passwd', '/etc/passwd'],
  ['/w/x/a', '../../../../../../etc', '/etc'],
  ['/w/a', './/../.././etc', '/etc'],
  ['/w/a', '../..', '/'],
  ['/w/a', '../../usrlocal', '/usrlocal'],
  ['/w/a', '../../us', '/us'],
] as const) {
  const reason = `"${name}": it is a link out of the tree, to ${end}`;
  test(refuses, `a link at ${name} to ${target}`, reason, link(name, target));
}
test(refuses, 'an empty link', '"/w/a": it is a link to nothing', link('/w/a', ''));

test('planMirror() names folders before what is in them, each once', (t) => {
  const plan = planMirror('/w/x', [file('/w/a/b/c.h'), file('/w/a/d.h'), link('/v/l', '/w')]);
  t.deepEqual(plan, {
    folders: ['/w', '/w/x', '/w/a', '/w/a/b', '/v'],
    files: [
      { path: '/w/a/b/c.h', content },
      { path: '/w/a/d.h', content },
    ],
    links: [{ path: '/v/l', target: '/w', isSystem: false }],
  });
});

test('planMirror() makes the folder of a mark, and no file', (t) => {
  const plan = planMirror('/', [file('/w/x/forcing_technique_271828')]);
  t.deepEqual(plan, { folders: ['/w', '/w/x'], files: [], links: [] });
});

for (const [name, target, end] of [
  ['/usr/include', `${'../'.repeat(22)}usr/include`, '/usr/include'],
  ['/w/x', '../../usr', '/usr'],
  ['/w/x', '../../opt/cross/include/', '/opt/cross/include'],
  ['/w/x', '.././/../usr/./include', '/usr/include'],
] as const) {
  test(`planMirror() lets a link at ${name} lead to ${target}, on this server`, (t) => {
    t.deepEqual(planMirror('/', [link(name, target)]).links, [
      { path: name, target: end, isSystem: true },
    ]);
  });
}
for (const target of ['/', '/etc', '/w/b', '/usr', '.', '..', '../..', 'b', '../../usr/include']) {
  test(`planMirror() lets a link at /w/x/a lead to ${target}, in the tree`, (t) => {
    t.deepEqual(planMirror('/', [link('/w/x/a', target)]).links, [
      { path: '/w/x/a', target, isSystem: false },
    ]);
  });
}

const DEEP = '/a'.repeat(MAX_DEPTH - 1);

for (const [title, cwd, entries] of [
  ['a name', '/w', [file(`${DEEP}/a/b`)]],
  ['a link', '/w', [link(`${DEEP}/a/b`, '/w')]],
  ['a folder', `${DEEP}/a/b`, []],
] as const) {
  test(`planMirror() refuses ${title} deeper than any source tree`, (t) => {
    t.throws(() => planMirror(cwd, entries), {
      instanceOf: ProtocolError,
      message: `Cannot mirror "${DEEP}/a/b": it is over ${MAX_DEPTH} folders deep`,
    });
  });
}

test('planMirror() takes many deep names below one folder', (t) => {
  const entries = Array.from({ length: 20_000 }, (_, index) => file(`${DEEP}/${index}`));
  t.is(planMirror('/', entries).folders.length, MAX_DEPTH - 1);
});

test('planMirror() refuses more folders than a server should make', (t) => {
  const count = Math.ceil(MAX_FOLDERS / MAX_DEPTH) + 2;
  const entries = Array.from({ length: count }, (_, index) => file(`/${index}${DEEP}`));
  t.throws(() => planMirror('/', entries), {
    instanceOf: ProtocolError,
    message: new RegExp(`: it is in one of over ${MAX_FOLDERS} folders$`),
  });
});

test('writeMirror() makes what planMirror() lets pass at its deepest', async (t) => {
  const folder = await makeFolder(t);
  await writeMirror(folder, planMirror('/', [file(`${DEEP}/b`)]));
  t.is(fs.readFileSync(`${folder}${DEEP}/b`, 'utf8'), 'int x;\n');
});

const LONG_PART = `/${'a'.repeat(255)}`;

for (const [title, entry] of [
  ['a name longer than the system takes', file(LONG_PART.repeat(16))],
  ['a part longer than the system takes', link(`/w${LONG_PART}a`, '/w')],
  ['a target longer than the system takes', link('/w/a', LONG_PART.repeat(16))],
] as const) {
  test(`writeMirror() stops at ${title}`, async (t) => {
    const folder = await makeFolder(t);
    const error = await t.throwsAsync(writeMirror(folder, planMirror('/w', [entry])), {
      instanceOf: IoError,
      message: /^Cannot mirror "\/.*": ENAMETOOLONG$/,
    });
    t.is(error.exitCode, 107);
  });
}

test('writeMirror() comes back from a failure when it writes nothing any more', async (t) => {
  const folder = await makeFolder(t);
  const names = Array.from({ length: 200 }, (_, index) => `/w/${index}`);
  const plan = planMirror('/w', [file(`/w/${'a'.repeat(256)}`), ...names.map(file)]);
  await t.throwsAsync(writeMirror(folder, plan), { instanceOf: IoError });
  const written = fs.readdirSync(path.join(folder, 'w')).length;
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.is(fs.readdirSync(path.join(folder, 'w')).length, written);
  t.is(written, 200);
});

test('writeMirror() makes links into the tree, relative ones and those of the system', async (t) => {
  const folder = await makeFolder(t);
  const links = { '/w/a': '/w/b', '/w/c': '../d', '/usr/include': '../../../usr/include' };
  const entries = Object.entries(links).map(([at, to]) => link(at, to));
  await writeMirror(folder, planMirror('/w', entries));
  const made = Object.keys(links).map((each) => fs.readlinkSync(folder + each));
  t.deepEqual(made, [`${folder}/w/b`, '../d', '/usr/include']);
});

test('writeMirror() writes through no link that is there before it', async (t) => {
  const folder = await makeFolder(t);
  fs.mkdirSync(`${folder}/root/w`, { recursive: true });
  fs.symlinkSync('../../secret', `${folder}/root/w/a`);
  const plan = { ...planMirror('/', [file('/w/a')]), folders: [] };
  await t.throwsAsync(writeMirror(`${folder}/root`, plan), { message: /"\/w\/a": EEXIST$/ });
  t.deepEqual(fs.readdirSync(folder), ['root']);
});

/** Names and targets out of few parts, so that they meet. */
const part = fc.constantFrom('a', 'b', 'c', 'usr', '..', '.', '', 'forcing_technique_271828');
const plainPart = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'usr');
const partsOf = (parts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(parts, { minLength: 1, maxLength: 4 }).map((list) => list.join('/'));
const climbing = fc
  .tuple(fc.nat({ max: 7 }), partsOf(plainPart))
  .map(([count, rest]) => `${'../'.repeat(count)}${rest}`);
/** Up from below a name. */
const mixed = fc.tuple(partsOf(plainPart), climbing).map((parts) => parts.join('/'));
const name = fc.oneof(
  { weight: 30, arbitrary: partsOf(plainPart).map((text) => `/${text}`) },
  mixed.map((text) => `/${text}`),
  partsOf(part),
);
const target = fc.oneof(name, climbing, mixed, partsOf(plainPart), partsOf(part));
const entry = fc.oneof(
  name.map(file),
  fc.tuple(name, target).map(([at, to]) => link(at, to)),
);

/** Whether a path has come to lie in a folder. */
const isIn = (folder: string, place: string): boolean => `${place}/`.startsWith(`${folder}/`);

test('writeMirror() leaves nothing outside of its root and no link that leads elsewhere', async (t) => {
  const folder = fs.realpathSync(await makeFolder(t));
  const seen = { written: 0, refused: 0, resolved: 0 };
  const property = fc.asyncProperty(
    name,
    fc.array(entry, { minLength: 1, maxLength: 5 }),
    async (cwd, entries) => {
      // So deep that no link of a test climbs out of the test's own folder unseen.
      const outside = fs.mkdtempSync(`${folder}/outside-`);
      const root = `${outside}/1/2/3/4/5/6/root`;
      fs.mkdirSync(root, { recursive: true });
      try {
        await writeMirror(root, planMirror(cwd, entries));
        seen.written += 1;
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        seen.refused += 1;
      }
      const places = placesIn(outside);
      const strays = places.filter((place) => !isIn(root, place));
      t.is(strays.length, 6, strays.join(' '));
      for (const place of places.filter((each) => fs.lstatSync(each).isSymbolicLink())) {
        const end = endOf(place);
        if (end === undefined) continue;
        seen.resolved += 1;
        t.true(
          [root, '/usr', '/opt'].some((each) => isIn(each, end)),
          `${place} -> ${end}`,
        );
      }
      fs.rmSync(outside, { recursive: true });
    },
  );
  await fc.assert(property, { numRuns: 500 });
  t.true(Math.min(seen.written, seen.refused, seen.resolved) > 100, JSON.stringify(seen));
});

/** All that is in a folder; links are not followed. */
function placesIn(folder: string): string[] {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((each) => {
    const place = `${folder}/${each.name}`;
    return each.isDirectory() ? [place, ...placesIn(place)] : [place];
  });
}

/** Where a path leads, were all there that is missing; undefined in a circle. */
function endOf(place: string, from = '/', hops = { left: 100 }): string | undefined {
  let at: string | undefined = place.startsWith('/') ? '/' : from;
  for (const each of place.split('/')) at = at === undefined ? at : enter(at, each, hops);
  return at;
}

function enter(folder: string, each: string, hops: { left: number }): string | undefined {
  const place = path.join(folder, each);
  const to = readLink(place);
  if (to === undefined) return place;
  hops.left -= 1;
  return hops.left < 0 ? undefined : endOf(to, folder, hops);
}

function readLink(place: string): string | undefined {
  try {
    return fs.readlinkSync(place);
  } catch {
    return undefined;
  }
}
