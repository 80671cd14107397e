import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import { preprocessWords, remoteWords, serverWords } from '../../src/compiler/index.ts';
import { scanRemote } from './scan-remote.ts';

const sources: Record<string, string> = {
  'src/a.c': `#include "h.h"
#include "sub/i.h"
#define TWICE(x) ((x) + (x))
static const char *where = __FILE__;
int twice(int x) { return TWICE(x) + HEADER + (where != 0) + X; }
`,
  // Columns behind a macro change with preprocessing, and -g and -fsanitize keep columns.
  'src/g.c': `#include "h.h"
#include "inline.h"
const char *where = __FILE__;
int g(int x) { return inlined(x) / x; }
`,
  'src/inline.h': 'static inline int inlined(int x) { return x * 3; }\n',
  'src/b.x.c': '#include <stddef.h>\nsize_t b(void) { return sizeof(void *); }\n',
  'src/h.h': '#define HEADER 1\n#ifndef X\n#define X 2\n#endif\n',
  'src/sub/i.h': 'extern int i;\n',
  'src/forced.h': '#define X 7\n',
  'src/c.cc': 'template <class T> T id(T x) { return x; }\nint c() { throw id(3); }\n',
  'src/plain.i': '# 1 "src/plain.c"\nint plain(void) { return 4; }\n',
  'src/plain.ii': 'namespace n { int plain() { return 5; } }\n',
  'src/wrong.c': 'int f( { }\n',
  'src/stops.c': '#error stop\n',
  'src/lost.c': '#include "no-such-header.h"\n',
  'src/warns.c': 'static int unused;\nint f(int x) { return x; }\n',
  'src/latin.c': Buffer.from('const char *s = "caf\xe9";\n', 'latin1').toString('latin1'),
};

/** What a command leaves behind: its status, and every file that was not there before. */
interface Outcome {
  readonly status: number | null;
  readonly files: Record<string, string>;
}

const same = test.macro({
  exec(t, words: string) {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'same-as-gcc-'));
    t.teardown(() => {
      fs.rmSync(root, { recursive: true });
    });
    const argv = words.split(' ').map((word) => word.replaceAll('~', ' '));
    const local = outcome(root, (client) => run(argv, client).status);
    const remote = outcome(root, (client) => distribute(argv, client, path.join(root, 'server')));
    t.deepEqual(remote, local);
    t.is(local.status, words.includes('FAIL') ? 1 : 0);
    t.is(Object.keys(local.files).length > 0, local.status === 0);
  },
  title: (_, words: string) => `preprocessWords() and serverWords() leave what "${words}" leaves`,
});

/** Run in a folder of the same name each time, for the name is in the debugging information. */
function outcome(root: string, act: (client: string) => number | null): Outcome {
  const client = path.join(root, 'client');
  for (const [name, text] of Object.entries(sources)) {
    fs.mkdirSync(path.dirname(path.join(client, name)), { recursive: true });
    fs.writeFileSync(path.join(client, name), text, 'latin1');
  }
  fs.mkdirSync(path.join(client, 'o.b j'));
  fs.mkdirSync(path.join(root, 'server'), { recursive: true });
  const status = act(client);
  const names = fs.readdirSync(client, { recursive: true, encoding: 'utf8' }).sort();
  const made = names.filter((name) => !(name in sources) && isFile(path.join(client, name)));
  const read = (name: string) => fs.readFileSync(path.join(client, name), 'latin1');
  const files = Object.fromEntries(made.map((name) => [name, read(name)]));
  fs.rmSync(client, { recursive: true });
  return { status, files };
}

function isFile(name: string): boolean {
  return fs.statSync(name).isFile();
}

/** What client and server do with a job, without the network between them. */
function distribute(argv: readonly string[], client: string, server: string): number | null {
  const scan = scanRemote(argv);
  const source = path.join(client, scan.source);
  const text = scan.isPreprocessed
    ? { status: 0, stdout: fs.readFileSync(source) }
    : run(preprocessWords(scan), client);
  if (text.status !== 0) return text.status;
  const received = scanRemote(remoteWords(scan));
  // Text without line markers puts the name of its file into the object.
  const stem = path.basename(received.source, received.sourceExtension);
  const input = `${stem}${received.preprocessedExtension}`;
  fs.writeFileSync(path.join(server, input), text.stdout);
  const files = { compiler: received.compiler, input, output: 'out' };
  const { status } = run(serverWords(received, files), server);
  if (status === 0) {
    fs.copyFileSync(path.join(server, 'out'), path.resolve(client, scan.output));
  }
  return status;
}

function run(words: readonly string[], cwd: string) {
  const [command = '', ...args] = words;
  return spawnSync(command, args, { cwd, stdio: ['ignore', 'pipe', 'ignore'] });
}

// "~" stands for a blank inside a word.
const commands = `gcc -c src/a.c
gcc -c src/a.c -o o.b~j/a.o
gcc -O2 -g -c src/g.c -o o.b~j/a.o
gcc -g -gdwarf-4 -O1 -fPIC -c src/g.c
gcc -g -ffile-prefix-map=src=elsewhere -fdebug-prefix-map=/=/x -c src/g.c
gcc -S src/a.c
gcc -O2 -S -c src/a.c -o a.asm
gcc -oa.o src/a.c -c
gcc -include src/forced.h -c src/a.c
gcc -imacros src/forced.h -c src/a.c
gcc -DX=9 -D Y -UX -c src/a.c
gcc -DX='"' -U X -c src/a.c
gcc -Isrc -I src -isystem src -iquote src -idirafter src -c src/b.x.c
gcc -frandom-seed=a.c -c src/a.c
gcc --param max-inline-insns-single=9 -O2 -c src/a.c
gcc -Wp,-D_FORTIFY_SOURCE=2,-DX=3 -O2 -c src/a.c
gcc -Xpreprocessor -DX=3 -c src/a.c
gcc -Wa,--noexecstack -Xassembler -mrelax-relocations=no -c src/a.c
gcc -fsanitize=undefined -c src/g.c
gcc -traditional-cpp -c src/plain.i
gcc -finput-charset=latin1 -c src/latin.c
gcc -fexec-charset=latin1 -finput-charset=latin1 -c src/latin.c
gcc -std=c89 -pedantic -m32 -c src/a.c
gcc -Wall -Wextra -c src/warns.c
gcc -x c -c src/a.c
gcc -xc++ -g -c src/g.c
gcc -x c++ -c src/c.cc
gcc -x cpp-output -c src/plain.i
gcc -x c -c src/plain.i
gcc -c src/plain.i -o o.b~j/p.o
gcc -c src/plain.ii
g++ -O2 -g -c src/c.cc
g++ -c src/a.c
g++ -c src/plain.i
g++ -MD -c src/c.cc -o o.b~j/c.o
gcc -MD -c src/a.c
gcc -MD -S src/a.c
gcc -MMD -c src/b.x.c
gcc -MD -c src/a.c -o o.b~j/a.o
gcc -MMD -MP -c src/a.c -o ./a.o
gcc -MD -c src/a.c -o o.b~j/a
gcc -MD -c src/a.c -o o.b~j/a.
gcc -MD -c src/a.c -o o.b~j/a.c.o
gcc -MD -c src/a.c -o o.b~j/.o
gcc -MD -c src/a.c -o o.b~j/.hidden
gcc -MD -c src/a.c -o o.b~j/we~ird$#:%.o
gcc -MD -S src/a.c -o o.b~j/a.s
gcc -MD -c src/a.c -oa.o
gcc -MD -MF f.d -c src/a.c
gcc -MD -MFf.d -c src/a.c -o o.b~j/a.o
gcc -MD -MT t -c src/a.c -o o.b~j/a.o
gcc -MMD -MQt$ -MTu$ -MF f.d -c src/a.c -o o.b~j/a.o
gcc -MD -MMD -MD -c src/a.c -o o.b~j/a.o
gcc -Wp,-MD,y.d -c src/a.c -o o.b~j/a.o
gcc -Wp,-MMD,y.d,-MT,t -c src/a.c -o o.b~j/a.o
gcc -MD -Wp,-MT,x -c src/a.c -o o.b~j/a.o
gcc -MD -MF f.d -Wp,-MD,y.d -c src/a.c -o o.b~j/a.o
gcc -DFAIL -c src/wrong.c
gcc -DFAIL -c src/stops.c
gcc -DFAIL -c src/lost.c
gcc -DFAIL -Wunused -Werror -c src/warns.c
gcc -DFAIL -c src/none.c`;
for (const words of commands.split('\n')) test.serial(same, words);
