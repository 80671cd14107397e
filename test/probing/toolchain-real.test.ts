import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { judgeObject } from '../../src/probing/judge.ts';
import { parseToolchain } from '../../src/probing/toolchain.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { runCli } from '../helpers/run.ts';
import { startOriginalDistccd, startOurDistccd } from '../helpers/start-daemon.ts';
import { answer, makeSeededWitness } from './compile.util.ts';

/** One target, as the compilers of Debian's packages make it. */
interface Target {
  readonly triple: string;
  /** Other ways to write the very same target. */
  readonly spellings: readonly string[];
  readonly gcc: readonly [string, ...string[]];
  /** What `--explain` calls its objects. */
  readonly name: string;
}

const targets: readonly Target[] = [
  {
    triple: 'x86_64-linux-gnu',
    spellings: ['x86_64-pc-linux-gnu', 'x86_64-redhat-linux', 'amd64-unknown-linux-gnu'],
    gcc: ['x86_64-linux-gnu-gcc'],
    name: 'x86_64',
  },
  {
    triple: 'x86_64-linux-gnux32',
    spellings: ['x86_64-pc-linux-gnux32'],
    gcc: ['gcc', '-mx32'],
    name: 'x86_64 x32',
  },
  {
    triple: 'i686-linux-gnu',
    spellings: ['i386-linux-gnu', 'i486-slackware-linux', 'i586-suse-linux', 'i686-pc-linux-gnu'],
    gcc: ['gcc', '-m32'],
    name: 'i686',
  },
  {
    triple: 'aarch64-linux-gnu',
    spellings: ['arm64-linux-gnu', 'aarch64-none-linux-gnu', 'aarch64-alpine-linux-musl'],
    gcc: ['aarch64-linux-gnu-gcc'],
    name: 'aarch64',
  },
  {
    triple: 'arm-linux-gnueabihf',
    spellings: ['armv7l-unknown-linux-gnueabihf', 'arm-none-linux-gnueabihf'],
    gcc: ['arm-linux-gnueabihf-gcc'],
    name: 'arm eabihf',
  },
  {
    triple: 'arm-linux-gnueabi',
    spellings: ['armv5tel-linux-gnueabi', 'arm-unknown-linux-gnueabi'],
    gcc: ['arm-linux-gnueabihf-gcc', '-mfloat-abi=soft'],
    name: 'arm eabi',
  },
  {
    triple: 'riscv64-linux-gnu',
    spellings: ['riscv64-unknown-linux-gnu'],
    gcc: ['riscv64-linux-gnu-gcc'],
    name: 'riscv64 lp64d',
  },
  {
    triple: 'mips64-linux-gnuabi64',
    spellings: ['mips64-unknown-linux-gnuabi64'],
    gcc: ['mips64-linux-gnuabi64-gcc'],
    name: 'mips64 n64',
  },
  {
    triple: 'mips64-linux-gnuabin32',
    spellings: ['mips64-unknown-linux-gnuabin32'],
    gcc: ['mips64-linux-gnuabi64-gcc', '-mabi=n32'],
    name: 'mips64 n32',
  },
  {
    triple: 'powerpc64le-linux-gnu',
    spellings: ['ppc64le-redhat-linux', 'powerpc64le-unknown-linux-gnu', 'ppc64le-linux-gnu'],
    gcc: ['powerpc64le-linux-gnu-gcc'],
    name: 'powerpc64le elfv2',
  },
  {
    triple: 's390x-linux-gnu',
    spellings: ['s390x-ibm-linux-gnu', 's390x-redhat-linux'],
    gcc: ['s390x-linux-gnu-gcc'],
    name: 's390x',
  },
];

const witness = makeSeededWitness(5n);

for (const { triple, gcc, name } of targets) {
  const clang = ['clang', `--target=${triple}`] as const;
  for (const [command, compiler] of [
    [gcc, /^GCC: \(Debian 12\./],
    [clang, /clang version 14\./],
  ] as const) {
    const title = `judgeObject() takes what ${command.join(' ')} makes for every spelling of ${triple}, and for no other target`;
    test(title, async (t) => {
      const object = await answer(witness, command);
      for (const { triple: other, spellings } of targets) {
        for (const text of [other, ...spellings]) {
          const judgement = judgeObject(object, witness, parseToolchain(`${text}/cc`));
          const verdict = other === triple ? 'up' : 'wrong-target';
          t.like(judgement, { verdict, target: name }, text);
          t.regex(judgement.compiler ?? '', compiler);
        }
      }
    });
  }
}

test('judgeObject() tells gcc from clang, and each from another version, by their own words', async (t) => {
  const objects = { gcc: await answer(witness, ['gcc']), clang: await answer(witness, ['clang']) };
  for (const [made, wanted, verdict] of [
    ['gcc', 'gcc>=12', 'up'],
    ['gcc', 'gcc-12', 'up'],
    ['gcc', 'gcc>=13', 'wrong-compiler'],
    ['gcc', 'clang>=14', 'wrong-compiler'],
    ['clang', 'clang>=14', 'up'],
    ['clang', 'clang-14', 'up'],
    ['clang', 'clang<14', 'wrong-compiler'],
    ['clang', 'gcc', 'wrong-compiler'],
  ] as const) {
    const toolchain = parseToolchain(`x86_64-linux-gnu/${wanted}`);
    t.is(judgeObject(objects[made], witness, toolchain).verdict, verdict, `${made} ${wanted}`);
  }
});

/** A PATH that begins with these compilers: name, then the shell's line that is the compiler. */
async function makePath(
  t: ExecutionContext,
  compilers: Readonly<Record<string, string>>,
): Promise<string> {
  const folder = await makeFolder(t);
  for (const [name, line] of Object.entries(compilers)) {
    const file = path.join(folder, name);
    await writeFile(file, `#!/bin/sh\n${line}\n`);
    await chmod(file, 0o755);
  }
  return `${folder}:${process.env['PATH'] ?? ''}`;
}

const patient = ['-t60', '-c9000', '-k30000', '--no-blacklist', '--explain'];

/** What lsdistcc lists of a host and says of it. */
async function vetHost(t: ExecutionContext, port: number, ...args: readonly string[]) {
  const { stdout, stderr, code } = await runCli(t, 'lsdistcc', [
    ...patient,
    ...args,
    `127.0.0.1:${port}`,
  ]);
  return { listed: stdout, said: stderr, code, line: `127.0.0.1:${port}\n` };
}

test('lsdistcc --target finds our distccd with every cross compiler of its PATH', async (t) => {
  const wrappers = targets.filter(({ triple, gcc }) => gcc[0] !== `${triple}-gcc`);
  const lines = wrappers.map(({ triple, gcc }) => [`${triple}-gcc`, `exec ${gcc.join(' ')} "$@"`]);
  const PATH = await makePath(t, Object.fromEntries(lines) as Record<string, string>);
  const { port } = await startOurDistccd(t, { env: { PATH } });
  await Promise.all(
    targets.flatMap(({ triple, name }) =>
      [`${triple}/gcc=12`, `${triple}/clang>=14`].map(async (wanted) => {
        const { listed, line, said } = await vetHost(t, port, '--target', wanted);
        t.is(listed, line, `${wanted}: ${said}`);
        t.regex(said, new RegExp(`: up, \\d+ ms, ${name}, (?:GCC|Debian clang)`));
      }),
    ),
  );
});

for (const [title, start] of [
  ['our', startOurDistccd],
  ['the original', startOriginalDistccd],
] as const) {
  test(`lsdistcc never lists ${title} distccd whose gcc is another machine's, and says which`, async (t) => {
    const PATH = await makePath(t, { gcc: 'exec aarch64-linux-gnu-gcc "$@"' });
    const { port } = await start(t, { env: { PATH } });
    const { listed, said, code } = await vetHost(t, port);
    t.deepEqual([listed, code], ['', 1], said);
    t.regex(said, /: wrong-target: The object is for aarch64, wanted x86_64\. /);
  });
}

test("lsdistcc never lists a host whose gcc-11 is another version's, and says which", async (t) => {
  const lie = 'exec /usr/bin/gcc "$@"';
  const PATH = await makePath(t, { 'gcc-11': lie, 'x86_64-linux-gnu-gcc-11': lie });
  const { port } = await startOurDistccd(t, { env: { PATH } });
  for (const wanted of [['-pgcc-11'], ['--target', 'x86_64-linux-gnu/gcc-11']]) {
    const { listed, said, code } = await vetHost(t, port, ...wanted);
    t.deepEqual([listed, code], ['', 1], said);
    t.regex(
      said,
      /: wrong-compiler: The object is by GCC: \(Debian .*\) 12\.\S+, wanted gcc = 11\. /,
    );
  }
});

/** The same code, by a compiler that says it is another version. */
const otherVersion = `
/usr/bin/gcc "$@" || exit
while [ "$1" != -o ]; do shift; done
printf 'GCC: (GNU) 11.4.0\\000' >"$2.comment"
objcopy --update-section .comment="$2.comment" "$2" && rm "$2.comment"`;

for (const [title, line, reason] of [
  [
    'optimises by itself',
    'exec /usr/bin/gcc "$@" -O2',
    /The code by GCC: \(Debian .*\) 12\.\S+ \(\d+ bytes\) is not what the local compiler makes of the probe \(\d+ bytes\)/,
  ],
  [
    'is clang',
    'exec clang "$@"',
    /The object is by Debian clang version 14\.\S+, the local compiler is GCC: .* 12\.\S+/,
  ],
  [
    'is another version',
    otherVersion,
    /The object is by GCC: \(GNU\) 11\.4\.0, the local compiler is GCC: .* 12\.\S+/,
  ],
] as const) {
  test(`lsdistcc --match-local refuses a host whose gcc ${title}, and says what it is`, async (t) => {
    const { port } = await startOurDistccd(t, { env: { PATH: await makePath(t, { gcc: line }) } });
    const { listed, said } = await vetHost(t, port, '--match-local');
    t.is(listed, '');
    t.regex(said, new RegExp(`: wrong-compiler: ${reason.source}\\. `));
    const unmatched = await vetHost(t, port);
    t.is(unmatched.listed, unmatched.line, 'without it, the host is good');
  });
}

test('lsdistcc --match-local lists a host with the very compiler of this machine', async (t) => {
  const { port } = await startOurDistccd(t);
  for (const wanted of [['-pgcc'], ['-pclang'], ['--target', 'aarch64-linux-gnu']]) {
    const { listed, line, said } = await vetHost(t, port, '--match-local', ...wanted);
    t.is(listed, line, said);
  }
});
