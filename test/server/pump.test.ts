import net from 'node:net';
import { buffer } from 'node:stream/consumers';
import test from 'ava';
import { ResponseDecoder } from '../../src/protocol/index.ts';
import { compileHere, makePumpProject, sendPump, unfold, withLine } from './pump-project.ts';
import { messagesOf, startServer } from './start-server.ts';

/** How a build may name its files: the folder it stands in, and the words. */
type Place = (root: string, source: string) => { readonly cwd: string; readonly words: string };

const inAbsolutePaths: Place = (root, source) => ({
  cwd: `${root}/out`,
  words: `-I${root}/inc -iquote ${root}/quoted -include ${root}/forced.h -c ${root}/src/${source} -o ${root}/out/main.o`,
});

const places: Record<string, Place> = {
  'relative paths': (root, source) => ({
    cwd: root,
    words: `-Iinc -iquote quoted -include forced.h -c src/${source} -o main.o`,
  }),
  'a folder without a file': (root, source) => ({
    cwd: `${root}/out`,
    words: `-I ../inc -iquote ../quoted -include ../forced.h -c ../src/${source} -o main.o`,
  }),
  'a folder behind a link': (root, source) => ({
    cwd: root,
    words: `-isystem inc2 -iquote quoted -include ./forced.h -c ./src/${source} -o main.o`,
  }),
  'absolute paths': inAbsolutePaths,
  'absolute paths, with the first line of an include server': inAbsolutePaths,
};

const LEVELS = ['-O0', '-O2', '-g', '-g -gdwarf-4', '-O2 -g -gdwarf-5', '-g3', '-S', '-g -S'];

const COMPILERS = { gcc: 'main.c', 'g++': 'main.cc', clang: 'main.c', 'clang++': 'main.cc' };

/** Where no server could: an absolute source makes other debug information than one with #line. */
function canBeEqual(place: string, compiler: string, level: string): boolean {
  const isGcc = compiler.startsWith('g');
  if (place.includes('first line')) return isGcc ? level !== '-g3' : !level.includes('-g');
  // gcc lists a source twice when it maps its name: see below.
  return !(place === 'absolute paths' && isGcc && level === '-g -gdwarf-4');
}

for (const [place, wordsOf] of Object.entries(places)) {
  for (const [compiler, source] of Object.entries(COMPILERS)) {
    test(`a job of protocol 3 with ${place} makes the object of local ${compiler}`, async (t) => {
      const { port } = await startServer(t);
      const project = await makePumpProject(t);
      const { cwd, words } = wordsOf(project.path, source);
      const entries = place.includes('first line')
        ? project.entries.map(withLine)
        : project.entries;
      for (const level of LEVELS.filter((each) => canBeEqual(place, compiler, each))) {
        const args = [compiler, ...level.split(' '), ...words.split(' ')];
        const local = await compileHere(t, { cwd, args });
        const remote = await sendPump(port, { cwd, args, entries });
        t.is(messagesOf(remote), local.stderr);
        t.true(local.object.length > 100);
        t.true(local.object.equals(remote.object), level);
        t.is(unfold(remote.dependencies), unfold(local.dependencies));
      }
    });
  }
}

/** A request as the original sends it (fact sheet 1.9), with a body of LZO literals. */
function bytesOf(source: string): Buffer {
  const packet = (token: string, body: string): string =>
    `${token}${body.length.toString(16).padStart(8, '0')}${body}`;
  const block = `${String.fromCharCode(17 + source.length)}${source}\x11\0\0`;
  const args = ['gcc', '-c', 'a.c', '-o', 'a.o'].map((word) => packet('ARGV', word));
  const files = [packet('NAME', '/w/a.c'), packet('FILE', block)];
  const links = [packet('NAME', '/w/h.h'), packet('LINK', '/w/g.h')];
  const heads = ['DIST00000003', packet('CDIR', '/w'), 'ARGC00000005', ...args, 'NFIL00000002'];
  return Buffer.from([...heads, ...files, ...links].join(''), 'latin1');
}

async function exchange(port: number, bytes: Buffer): Promise<Buffer> {
  const socket = net.connect(port, '127.0.0.1');
  socket.write(bytes);
  return buffer(socket);
}

test('a request of protocol 3 in the original’s bytes is answered with DOTO and DOTD', async (t) => {
  const { port } = await startServer(t);
  const answer = await exchange(port, bytesOf('int x;\n'));
  const response = new ResponseDecoder(3).push(answer);
  t.is(answer.toString('latin1', 0, 24), 'DONE00000003STAT00000000');
  t.is(Buffer.from(response?.object ?? []).toString('latin1', 1, 4), 'ELF');
  t.is(Buffer.from(response?.dependencies ?? []).toString(), 'a.o: a.c\n');
});

test('a failure in protocol 3 is told with an empty DOTO and without DOTD', async (t) => {
  const { port } = await startServer(t);
  const answer = await exchange(port, bytesOf('int x(;\n'));
  t.regex(
    answer.toString('latin1'),
    /^DONE00000003STAT00000100SERR[0-9a-f]{8}.*a\.c:1:7.*SOUT00000000DOTO00000000$/s,
  );
});

for (const words of [
  '',
  '-MD',
  '-MMD -MP',
  '-MD -MF x.d -MT y',
  '-MMD -MFx.d -MQ $y -MTz',
  '-MMD -MP -MF out/x.d',
]) {
  for (const compiler of ['gcc', 'clang']) {
    test(`a job of protocol 3 gives back ${compiler}’s dependencies for "${words}"`, async (t) => {
      const { port } = await startServer(t);
      const { path: cwd, entries } = await makePumpProject(t);
      const line = `${compiler} ${words} -Iinc -iquote quoted -include forced.h -c src/main.c`;
      const args = [...line.split(' ').filter((word) => word !== ''), '-o', 'out/main.o'];
      const local = await compileHere(t, { cwd, args });
      const remote = await sendPump(port, { cwd, args, entries });
      t.is(remote.status, 0);
      t.regex(local.dependencies.toString(), /src\/near\.h/);
      t.is(Buffer.from(remote.dependencies ?? []).toString(), local.dependencies.toString());
    });
  }
}

for (const compiler of ['gcc', 'clang']) {
  test(`a job of protocol 3 heeds the client’s own prefix maps, as ${compiler} does`, async (t) => {
    const { port } = await startServer(t);
    const { path: root, entries } = await makePumpProject(t);
    const cwd = `${root}/out`;
    for (const maps of [
      `-ffile-prefix-map=${root}=.`,
      `-fdebug-prefix-map=${root}/src=/s -fdebug-prefix-map=${root}=/r`,
      `-fdebug-prefix-map=/=/x/ -fmacro-prefix-map=${root}/=`,
      `-ffile-prefix-map=../inc=here -ffile-prefix-map=/usr/include=sys`,
    ]) {
      const line = `${compiler} -g ${maps} -I../inc -iquote ${root}/quoted -include ../forced.h`;
      const args = [...line.split(' '), '-c', '../src/main.c', '-o', 'main.o'];
      const local = await compileHere(t, { cwd, args });
      const remote = await sendPump(port, { cwd, args, entries });
      t.is(remote.status, 0, messagesOf(remote));
      t.true(local.object.equals(remote.object), maps);
    }
  });

  test(`a job of protocol 3 that ${compiler} fails is told in the client’s terms`, async (t) => {
    const { port } = await startServer(t);
    const { path: root, entries } = await makePumpProject(t);
    for (const [cwd, source] of [
      [root, 'bad.c'],
      [`${root}/out`, '../bad.c'],
      [`${root}/out`, `${root}/bad.c`],
    ] as const) {
      const args = [compiler, '-c', source, '-o', 'bad.o'];
      const local = await compileHere(t, { cwd, args });
      const remote = await sendPump(port, { cwd, args, entries });
      t.like(remote, { version: 3, status: 0x100 });
      t.is(messagesOf(remote), local.stderr);
      t.regex(local.stderr, /bad\.[ch]:\d:\d+: error:/);
      t.is(remote.object.length, 0);
      t.is(remote.dependencies, undefined);
    }
  });

  test(`a job of protocol 3 warns as local ${compiler} does`, async (t) => {
    const { port } = await startServer(t);
    const { path: cwd, entries } = await makePumpProject(t);
    const args = [compiler, '-Wall', '-c', `${cwd}/warns.c`, '-o', 'warns.o'];
    const local = await compileHere(t, { cwd, args });
    const remote = await sendPump(port, { cwd, args, entries });
    t.is(messagesOf(remote), local.stderr);
    t.regex(local.stderr, /warns\.c:1:\d+: warning:/);
    t.true(local.object.equals(remote.object));
  });

  test(`a job of protocol 3 never gives back a path of the server, as ${compiler} -fsanitize would`, async (t) => {
    const { port } = await startServer(t);
    const { path: cwd, entries } = await makePumpProject(t);
    const source = `${cwd}/undefined.c`;
    const args = [compiler, '-fsanitize=undefined', '-c', source, '-o', 'undefined.o'];
    const refused = await sendPump(port, { cwd, args, entries });
    t.is(refused.status, 0x6d00);
    t.is(
      messagesOf(refused),
      'distccd: Cannot give back "undefined.o": it names a path of this server\n',
    );
    const local = await compileHere(t, { cwd, args });
    const remote = await sendPump(port, { cwd, args, entries: entries.map(withLine) });
    t.is(messagesOf(remote), '');
    t.true(local.object.equals(remote.object), 'with an include server’s #line');
  });
}

test('gcc with DWARF 4 lists an absolute source twice, each time by its own name', async (t) => {
  const { port } = await startServer(t);
  const { path: cwd, entries } = await makePumpProject(t);
  const args = ['gcc', '-g', '-gdwarf-4', '-S', `${cwd}/undefined.c`, '-o', 'undefined.s'];
  const { object } = await sendPump(port, { cwd, args, entries });
  const files = Buffer.from(object)
    .toString()
    .match(/\.file \d .*/g);
  t.deepEqual(files, [`.file 1 "${cwd}/undefined.c"`, `.file 2 "${cwd}/undefined.c"`]);
});

test('a job of protocol 3 may bring the link of a cross compiler’s headers', async (t) => {
  const { port } = await startServer(t);
  const { path: cwd, entries } = await makePumpProject(t);
  const name = '/usr/aarch64-linux-gnu/include';
  const link = { kind: 'link', name, target: `${'../'.repeat(23)}${name.slice(1)}` } as const;
  const args = ['aarch64-linux-gnu-gcc', '-g', '-c', 'undefined.c', '-o', 'undefined.o'];
  const local = await compileHere(t, { cwd, args });
  const remote = await sendPump(port, { cwd, args, entries: [...entries, link] });
  t.is(messagesOf(remote), '');
  t.true(local.object.equals(remote.object));
});

test('a job of protocol 3 without the file it names fails by its compiler’s own word', async (t) => {
  const { port } = await startServer(t);
  const args = ['gcc', '-c', 'none.c', '-o', 'none.o'];
  const remote = await sendPump(port, { cwd: '/w', args, entries: [] });
  t.is(remote.status, 0x100);
  t.regex(messagesOf(remote), /none\.c: No such file or directory/);
});

test('a job of protocol 3 whose names would leave the tree is refused', async (t) => {
  const server = await startServer(t);
  const args = ['gcc', '-c', 'a.c', '-o', 'a.o'];
  for (const [entry, reason] of [
    [{ kind: 'link', name: '/w/a.c', target: '../../etc/passwd' }, 'it is a link out of the tree'],
    [{ kind: 'link', name: '/w', target: '/usr' }, 'it lies below /w, which is no folder'],
  ] as const) {
    const refused = await sendPump(server.port, { cwd: '/w', args, entries: [entry] });
    t.is(refused.status, 0x6d00);
    t.regex(messagesOf(refused), new RegExp(`^distccd: Cannot mirror "/w.*": ${reason}.*\n$`));
    t.is(refused.object.length, 0);
  }
});

for (const word of [
  '-wrapper',
  '-fplugin=/w/x.so',
  '-B/w',
  '-specs=/w/x',
  '@/w/x',
  '-Wp,-MD,/w/x',
]) {
  test(`a job of protocol 3 may not bring ${word}`, async (t) => {
    const { port } = await startServer(t);
    const args = ['gcc', word, '-c', 'a.c', '-o', 'a.o'];
    t.is((await sendPump(port, { cwd: '/w', args, entries: [] })).status, 0x6e00);
  });
}
