import test from 'ava';
import fc from 'fast-check';
import { ArgumentError } from '../../src/errors/index.ts';
import { formatCompilerWanted, isCompilerWanted } from '../../src/probing/compiler-wanted.ts';
import type { CompilerWanted } from '../../src/probing/compiler-wanted.ts';
import {
  defaultToolchain,
  parseToolchain,
  toolchainOfCompiler,
  toolchainOfMachine,
} from '../../src/probing/toolchain.ts';
import { isCharSignedOn } from '../../src/probing/triple.ts';
import { machineObjects } from '../objects/machine-objects.ts';

/** Triple, then machine, bits, byte order (l or b), ABI and format; `-` for what is left open. */
const triples = `
x86_64-linux-gnu                 x86_64        64 l -      elf
x86_64-pc-linux-gnu              x86_64        64 l -      elf
x86_64-redhat-linux              x86_64        64 l -      elf
x86_64-alpine-linux-musl         x86_64        64 l -      elf
amd64-unknown-freebsd14.0        x86_64        64 l -      elf
x86_64-linux-gnux32              x86_64        32 l x32    elf
x86_64-w64-mingw32               x86_64        64 l -      coff
x86_64-apple-darwin22            x86_64        64 l -      mach-o
i386-linux-gnu                   i686          32 l -      elf
i586-suse-linux                  i686          32 l -      elf
i686-pc-linux-gnu                i686          32 l -      elf
aarch64-linux-gnu                aarch64       64 l -      elf
arm64-apple-darwin               aarch64       64 l -      mach-o
aarch64_be-none-linux-gnu        aarch64_be    64 b -      elf
aarch64-linux-gnu_ilp32          aarch64       32 l ilp32  elf
arm-linux-gnueabi                arm           32 l eabi   elf
arm-linux-gnueabihf              arm           32 l eabihf elf
armv7l-unknown-linux-gnueabihf   arm           32 l eabihf elf
armv6-alpine-linux-musleabihf    arm           32 l eabihf elf
armv5tel-linux-gnueabi           arm           32 l eabi   elf
armv7hl-redhat-linux-gnueabi     arm           32 l eabihf elf
armv7a-hardfloat-linux-gnueabi   arm           32 l eabihf elf
arm-none-eabi                    arm           32 l eabi   elf
arm-linux-androideabi            arm           32 l eabi   elf
armv7l-linux                     arm           32 l -      elf
armeb-linux-gnueabi              armeb         32 b eabi   elf
mips-linux-gnu                   mips          32 b o32    elf
mipsel-linux-gnu                 mipsel        32 l o32    elf
mips64-linux-gnuabin32           mips64        32 b n32    elf
mips64el-linux-gnuabi64          mips64el      64 l n64    elf
mips64-linux-gnu                 mips64        -  b -      elf
mipsisa64r6el-linux-gnuabi64     mipsisa64r6el 64 l n64    elf
powerpc-linux-gnu                powerpc       32 b -      elf
powerpc64-unknown-linux-gnu      powerpc64     64 b -      elf
powerpc64le-linux-gnu            powerpc64le   64 l -      elf
ppc64le-redhat-linux             powerpc64le   64 l -      elf
ppc-linux                        powerpc       32 b -      elf
riscv64-linux-gnu                riscv64       64 l lp64d  elf
riscv64-unknown-elf              riscv64       64 l -      elf
riscv32-unknown-linux-gnu        riscv32       32 l -      elf
s390x-ibm-linux-gnu              s390x         64 b -      elf
loongarch64-linux-gnu            loongarch64   64 l lp64d  elf
loongarch64-linux-gnusf          loongarch64   64 l lp64s  elf
loongarch64-linux-gnuf32         loongarch64   64 l lp64f  elf
sparcv9-sun-solaris2             sparc64       64 b -      elf
aarch64                          aarch64       64 l -      elf
`;

for (const row of triples.trim().split('\n')) {
  const [triple = '', machine, bits, order, abi, format] = row.split(/ +/);
  test(`parseToolchain() reads the triple ${triple}`, (t) => {
    t.deepEqual(parseToolchain(triple) as object, {
      machine,
      ...(bits !== '-' && { bits: Number(bits) }),
      endianness: order === 'l' ? 'little' : 'big',
      ...(abi !== '-' && { abi }),
      format,
      triple,
      compilerName: `${triple}-gcc`,
      compilerArguments: [],
    });
  });
}

for (const { triple, bytes, ...object } of machineObjects) {
  test(`parseToolchain() wants of ${triple} what its objects are`, (t) => {
    const wanted = parseToolchain(triple);
    for (const field of ['machine', 'bits', 'endianness', 'abi', 'format'] as const) {
      // LLVM's riscv32 default is soft-float; the triple leaves it open.
      if (wanted[field] !== undefined) t.is(wanted[field], object[field], field);
    }
    t.is(wanted.machine, object.machine);
    t.true(bytes.length > 0);
  });
}

for (const [text, compilerName, compilerArguments, compiler] of [
  ['gcc', 'arm-linux-gnueabihf-gcc', [], { family: 'gcc' }],
  ['gcc-12', 'arm-linux-gnueabihf-gcc-12', [], gcc('=', '12')],
  ['gcc-4.9', 'arm-linux-gnueabihf-gcc-4.9', [], gcc('=', '4.9')],
  ['gcc>=12', 'arm-linux-gnueabihf-gcc', [], gcc('>=', '12')],
  ['g++<13.2.1', 'arm-linux-gnueabihf-g++', [], gcc('<', '13.2.1')],
  ['gcc==12', 'arm-linux-gnueabihf-gcc', [], gcc('=', '12')],
  ['gcc=12', 'arm-linux-gnueabihf-gcc', [], gcc('=', '12')],
  ['cc', 'arm-linux-gnueabihf-cc', [], undefined],
  ['clang', 'clang', ['--target=arm-linux-gnueabihf'], { family: 'clang' }],
  ['clang>=15', 'clang', ['--target=arm-linux-gnueabihf'], clang('>=', '15')],
  ['clang++-15', 'clang++-15', ['--target=arm-linux-gnueabihf'], clang('=', '15')],
] as const) {
  test(`parseToolchain() asks for ${text} after a slash`, (t) => {
    const wanted = parseToolchain(`arm-linux-gnueabihf/${text}`);
    t.deepEqual([wanted.compilerName, wanted.compilerArguments], [compilerName, compilerArguments]);
    t.deepEqual(wanted.compiler, compiler);
  });
}

for (const text of [
  '',
  '/gcc',
  'gcc',
  'gcc>=12',
  'x86_64-linux-gnu/',
  'x86_64-linux-gnu/gcc/12',
  'x86_64-linux-gnu/gcc-',
  'x86_64-linux-gnu/gcc>=',
  'x86_64-linux-gnu/gcc>=twelve',
  'x86_64-linux-gnu/gcc 12',
  'x86_64-linux-gnu/icc',
  'x86_64-linux-gnu/cc>=12',
  'x86_64-linux-gnu/gcc-12;reboot',
  'x86_64-linux-gnu-a-b',
  'x86_64 linux gnu',
  'x86_64-Linux-gnu',
  '-x86_64',
  'vax-dec-ultrix',
  'constructor-linux-gnu',
  '__proto__',
]) {
  test(`parseToolchain() refuses '${text}'`, (t) => {
    const error = t.throws(() => parseToolchain(text), { instanceOf: ArgumentError });
    t.true(error.message.startsWith(`Cannot read the toolchain '${text}': '`));
    t.is(error.exitCode, 101);
  });
}

test('parseToolchain() throws nothing but ArgumentError', (t) => {
  const texts = fc.oneof(
    fc.string(),
    fc.stringMatching(
      /^(x86_64|arm|mips64)(-[a-z0-9]{1,9}){0,4}(\/(gcc|clang)[-<>=]{0,2}[\d.]{0,6})?$/,
    ),
  );
  fc.assert(
    fc.property(texts, (text) => {
      try {
        parseToolchain(text);
      } catch (error) {
        if (!(error instanceof ArgumentError)) throw error;
      }
    }),
    { numRuns: 1000 },
  );
  t.pass();
});

for (const [name, expected] of [
  ['gcc', {}],
  ['cc', {}],
  ['clang', {}],
  ['gcc-12', { compiler: gcc('=', '12') }],
  ['/usr/bin/clang++-15', { compiler: clang('=', '15') }],
  ['rustc', {}],
  ['aarch64-linux-gnu-gcc', arm64()],
  ['/opt/bin/aarch64-linux-gnu-gcc-12.2', { ...arm64(), compiler: gcc('=', '12.2') }],
  ['aarch64-linux-gnu-g++', arm64()],
  ['aarch64-linux-gnu-c++', arm64()],
  ['vax-dec-ultrix-gcc', { triple: 'vax-dec-ultrix' }],
  [
    'x86_64-w64-mingw32-g++-posix',
    {
      machine: 'x86_64',
      bits: 64,
      endianness: 'little',
      format: 'coff',
      triple: 'x86_64-w64-mingw32',
    },
  ],
] as const) {
  test(`toolchainOfCompiler() reads ${name}`, (t) => {
    const wanted: object = toolchainOfCompiler(name);
    t.deepEqual(wanted, { ...expected, compilerName: name, compilerArguments: [] });
  });
}

for (const [arch, platform, expected] of [
  ['x64', 'linux', 'x86_64 64 little elf'],
  ['ia32', 'linux', 'i686 32 little elf'],
  ['arm', 'linux', 'arm 32 little elf'],
  ['arm64', 'darwin', 'aarch64 64 little mach-o'],
  ['x64', 'win32', 'x86_64 64 little coff'],
  ['x64', 'freebsd', 'x86_64 64 little elf'],
  ['ppc64', 'linux', 'powerpc64le 64 little elf'],
  ['s390x', 'linux', 's390x 64 big elf'],
  ['riscv64', 'linux', 'riscv64 64 little elf'],
  ['loong64', 'linux', 'loongarch64 64 little elf'],
  ['mipsel', 'linux', 'mipsel 32 little elf'],
  ['quantum', 'linux', '   '],
] as const) {
  test(`toolchainOfMachine() knows ${arch} of ${platform}`, (t) => {
    const { machine, bits, endianness, format } = toolchainOfMachine(arch, platform);
    t.is([machine, bits, endianness, format].join(' '), expected);
  });
}

test('defaultToolchain() takes the machine from the prefix, else this machine', (t) => {
  t.like(defaultToolchain('gcc-12', 'x64', 'linux'), {
    machine: 'x86_64',
    compilerName: 'gcc-12',
    compiler: gcc('=', '12'),
  });
  t.is(defaultToolchain('aarch64-linux-gnu-gcc', 'x64', 'linux').machine, 'aarch64');
  // Nothing of this machine may be mixed in: mips64 alone says no width.
  t.is(defaultToolchain('mips64-linux-gnu-gcc', 'x64', 'linux').bits, undefined);
  t.is(defaultToolchain('vax-dec-ultrix-gcc', 'x64', 'linux').machine, undefined);
});

const identities = {
  gcc12: 'GCC: (Debian 12.2.0-14+deb12u1) 12.2.0',
  gcc4: 'GCC: (GNU) 4.1.2 20080704 (Red Hat 4.1.2-55)',
  clang14: 'Debian clang version 14.0.6',
  apple: 'Apple clang version 15.0.0 (clang-1500.3.9.4)',
  none: undefined,
  other: 'Intel(R) C++ Compiler 19',
};

for (const [wanted, agreeing] of [
  [{ family: 'gcc' }, ['gcc12', 'gcc4']],
  [{ family: 'clang' }, ['clang14', 'apple']],
  [gcc('=', '12'), ['gcc12']],
  [gcc('=', '12.2.0'), ['gcc12']],
  [gcc('=', '12.2.0.0'), ['gcc12']],
  [gcc('=', '12.3'), []],
  [gcc('>=', '12'), ['gcc12']],
  [gcc('>=', '4.1'), ['gcc12', 'gcc4']],
  [gcc('>', '12'), []],
  [gcc('>', '4.1.1'), ['gcc12', 'gcc4']],
  [gcc('<', '12'), ['gcc4']],
  [gcc('<=', '12'), ['gcc12', 'gcc4']],
  [clang('>=', '15'), ['apple']],
  [clang('<', '15'), ['clang14']],
] as const) {
  test(`isCompilerWanted() for ${formatCompilerWanted(wanted)} takes ${agreeing.join(' and ')}`, (t) => {
    const found = Object.entries(identities).filter(([, text]) => isCompilerWanted(wanted, text));
    t.deepEqual(
      found.map(([name]) => name),
      [...agreeing],
    );
  });
}

test('isCharSignedOn() follows the machine', (t) => {
  t.true(isCharSignedOn('x86_64'));
  t.false(isCharSignedOn('aarch64'));
  t.is(isCharSignedOn('elf-machine-94'), undefined);
});

function gcc(operator: '=' | '>=' | '<=' | '>' | '<', version: string): CompilerWanted {
  return { family: 'gcc', version: { operator, version } };
}

function clang(operator: '=' | '>=' | '<', version: string): CompilerWanted {
  return { family: 'clang', version: { operator, version } };
}

function arm64() {
  const target = { machine: 'aarch64', bits: 64, endianness: 'little', format: 'elf' };
  return { ...target, triple: 'aarch64-linux-gnu' };
}
