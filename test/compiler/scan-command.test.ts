import test from 'ava';
import { scanCommand } from '../../src/compiler/index.ts';
import type { RemoteScan } from '../../src/compiler/index.ts';
import { ArgumentError } from '../../src/errors/index.ts';

const remote = test.macro({
  exec(t, command: string, wanted: Partial<RemoteScan>) {
    const words = command.split(' ');
    const scan = scanCommand(words);
    t.like(scan, { kind: 'remote', words, compiler: words[0], ...wanted });
  },
  title: (_, command: string) => `scanCommand() finds ${command} remote`,
});

const local = test.macro({
  exec(t, command: string, reason: string) {
    const isPreprocessOnly = /(^| )-(E|MM?)( |$)/.test(command);
    t.deepEqual(scanCommand(command.split(' ')), { kind: 'local', reason, isPreprocessOnly });
  },
  title: (_, command: string) => `scanCommand() finds ${command} local`,
});

const object = { source: 'a.c', output: 'a.o', stage: 'object', isPreprocessed: false } as const;

const remoteCommands: Record<string, Partial<RemoteScan>> = {
  'gcc -c a.c': { ...object, isOutputGiven: false, sourceExtension: '.c' },
  'gcc -c a.c -o a.o': { ...object, isOutputGiven: true, preprocessedExtension: '.i' },
  'gcc a.c -c': object,
  'gcc -oa.o -c a.c': { ...object, isOutputGiven: true },
  'gcc -openmp -c a.c': { output: 'penmp' },
  'gcc -c /abs/x.y/a.cc': { source: '/abs/x.y/a.cc', output: 'a.o', preprocessedExtension: '.ii' },
  'gcc -S a.c': { stage: 'assembly', output: 'a.s' },
  'gcc -c -S a.c': { stage: 'assembly', output: 'a.s' },
  'gcc -S -c a.c': { stage: 'assembly', output: 'a.s' },
  'gcc -c a.b.c': { output: 'a.b.o' },
  'gcc -c a.c -o /dev/null': { output: '/dev/null' },
  'true -c a.i': { compiler: 'true', isPreprocessed: true, preprocessedExtension: '.i' },
  'g++ -c a.ii': { isPreprocessed: true },
  'gcc -c a.mm': { preprocessedExtension: '.mii' },
  'gcc -x c -c a.c': { ...object, language: 'c' },
  'gcc -xc++ -c a.c': { ...object, language: 'c++' },
  'gcc -x c++ -x c -c a.c': { language: 'c' },
  'gcc -x cpp-output -c a.c': { isPreprocessed: true },
  'gcc -x c -c a.i': { isPreprocessed: false },
  'gcc -x objective-c++ -c a.mm': { language: 'objective-c++' },
  'gcc -include b.c -c a.c': object,
  'gcc -imacros b.c -iquote b.c -isystem b.c -idirafter b.c -c a.c': object,
  'gcc -D b.c -U b.c -I b.c -L b.c -Xlinker b.c -T b.c -u b.c -c a.c': object,
  'gcc -MD -MF b.c -MT b.c -MQ b.c -MP -c a.c': object,
  'gcc --sysroot b.c -isysroot b.c -c a.c': object,
  'gcc --param max-inline-insns-single=9 --param=x=1 -c a.c': object,
  'gcc -Wp,-MD,x.d -Wp,-D_FORTIFY_SOURCE=2 -Wp,-MMD,x.d,-MT,t -c a.c': object,
  'gcc -Wa,--noexecstack -Wa,-mbig-obj,--defsym,x=1 -Xassembler -mrelax-relocations=no -c a.c':
    object,
  'clang -Xclang -fno-pch-timestamp -mllvm -inline-threshold=5 -c a.c': object,
  'clang --target=x86_64-linux-gnu -target armv7 -arch arm64 -c a.c': object,
  'clang -ffile-compilation-dir=. -fdebug-compilation-dir=/x -c a.c': object,
  'gcc -O2 -g -ggdb3 -std=c11 -fPIC -m32 -Wall -pipe -pthread -MMD -c a.c': object,
  'gcc -march=x86-64-v3 -mtune=generic -frandom-seed=b.c -c a.c': object,
  'gcc -fmodulo-sched -ffile-prefix-map=/a=/b -fdebug-prefix-map=a=b -c a.c': object,
  'gcc -finstrument-functions-exclude-file-list=b.c -dA -fno-lto -c a.c': object,
  'gcc -fsanitize=address,undefined -fopenmp -gz -c a.c': object,
};
for (const [command, wanted] of Object.entries(remoteCommands)) test(remote, command, wanted);

const localCommands: Record<string, string> = {
  gcc: 'nothing to compile',
  'gcc a.c': 'nothing to compile',
  'gcc a.o -o p': 'neither -c nor -S',
  'gcc --version': 'neither -c nor -S',
  'gcc -E a.c': '-E only preprocesses',
  'gcc -E -c a.c': '-E only preprocesses',
  'gcc -M a.c': 'neither -c nor -S',
  'gcc -MM -c a.c': '-MM makes a list of dependencies',
  'gcc -MJ x.json -c a.c': '-MJ makes a list of dependencies',
  'gcc -MX -c a.c': '-MX makes a list of dependencies',
  'clang -MD -c a.i': 'clang warns that a.i needs no -MD',
  'clang -I. -c a.ii': 'clang warns that a.ii needs no -I.',
  'clang -MD -Wp,-MD,x -c a.c': '-Wp,-MD,x stands beside -MD',
  'cc -Wp,-MMD,x -c a.c -o x/a.o':
    '-Wp,-MMD,x means different things to gcc and clang, and cc may be either',
  'gcc -c': 'no source',
  'gcc -c -o a.o': 'no source',
  'gcc -c -': 'the source is standard input',
  'gcc -x c -c -': 'the source is standard input',
  'gcc -c a.c b.c': 'several sources',
  'gcc -c a.s': 'a.s is not a source that can be compiled elsewhere',
  'gcc -c a.S': 'a.S is not a source that can be compiled elsewhere',
  'gcc -c a.h': 'a.h is not a source that can be compiled elsewhere',
  'gcc -c a.CPP': 'a.CPP is not a source that can be compiled elsewhere',
  'gcc -c a.c b.o': 'b.o is not a source that can be compiled elsewhere',
  'ccache gcc -c a.c': 'gcc is not a source that can be compiled elsewhere',
  'gcc -c x/.c': 'x/.c has no name before its extension',
  'gcc -c ./-a.c': './-a.c has a name like an option',
  'gcc -c x/@a.c': 'x/@a.c has a name like an option',
  'gcc -c conftest.c': 'conftest.c is a test of autoconf',
  'gcc -c x/tmp.conftest.cc': 'x/tmp.conftest.cc is a test of autoconf',
  'gcc -c a.c -o -': '-o - is no file',
  'gcc -c a.c -o /dev/stdout': '-o /dev/stdout is no file',
  'gcc -c a.c -o': '-o needs a word after it',
  'gcc -c a.c -oa.o -o b.o': 'several -o',
  'gcc -c a.c -o a.c': "the output a.c has a source's name",
  'gcc -c a.c -MD -MF -': '-MF - is no file',
  'gcc -c a.c -MD -MF/dev/fd/1': '-MF /dev/fd/1 is no file',
  'gcc -march=native -c a.c': "-march=native means this machine's processor",
  'gcc -mtune=native -c a.c': "-mtune=native means this machine's processor",
  'gcc -mcpu=native+crypto -c a.c': "-mcpu=native+crypto means this machine's processor",
  'gcc -flto=auto -c a.c': '-flto=auto leaves the compilation to the linker',
  'gcc --coverage -c a.c': '--coverage reads or writes profiles',
  'gcc -gsplit-dwarf -c a.c': '-gsplit-dwarf writes more files',
  'gcc -x assembler-with-cpp -c a.c': '-x assembler-with-cpp is compiled here only',
  'gcc -xnone -c a.c': '-x none is compiled here only',
  'gcc -c a.c -xc': '-x stands behind the source',
  'gcc -c a.c @args': '@args stands for more words',
  'gcc -c a.c -D @args': '@args stands for more words',
  'x.cc -c a.c': 'x.cc is a source',
  'gcc -arch x86_64 -arch arm64 -c a.c': 'several -arch',
  'gcc --param b.c -c a.c': '--param b.c looks like one more file',
  'gcc -isystem b.c --param b.c -c a.c': '--param b.c looks like one more file',
  'gcc -target b.o -c a.c': '-target b.o looks like one more file',
  'gcc -include b.gch -c a.c': 'b.gch is a precompiled header',
  'gcc -Wa,-a=b.lst -c a.c': '-Wa,-a=b.lst hands on words that distcc does not know',
  'gcc -Wa,-g -c a.c': '-Wa,-g hands on words that distcc does not know',
  'gcc -Wa,--gdwarf-5 -c a.c': '-Wa,--gdwarf-5 hands on words that distcc does not know',
  'gcc -Wa,b.s -c a.c': '-Wa,b.s hands on words that distcc does not know',
  'gcc -Wa,-mx,--MD,b.d -c a.c': '-Wa,-mx,--MD,b.d hands on words that distcc does not know',
  'gcc -Xassembler -ahl=x -c a.c': '-Xassembler -ahl=x hands on words that distcc does not know',
  'gcc -Wp,-C -c a.c': '-Wp,-C hands on words that distcc does not know',
  'gcc -Wp,-MD,- -c a.c': '-Wp,-MD,- hands on words that distcc does not know',
  'clang -Xpreprocessor -fopenmp -c a.c':
    '-Xpreprocessor -fopenmp hands on words that distcc does not know',
  'clang -Xclang -load -Xclang x.so -c a.c':
    '-Xclang -load hands on words that distcc does not know',
  'clang -Xclang -fplugin=x.so -c a.c':
    '-Xclang -fplugin=x.so hands on words that distcc does not know',
  'clang -mllvm -info-output-file=x -c a.c':
    '-mllvm -info-output-file=x hands on words that distcc does not know',
  'gcc -frandomize-layout-seed-file=x -c a.c':
    '-frandomize-layout-seed-file=x reads a file of this machine',
};
for (const [command, reason] of Object.entries(localCommands)) test(local, command, reason);

const localOptions = `-fprofile-arcs -ftest-coverage -fprofile-generate=x -fprofile-use
  -fauto-profile=x -fprofile-correction -fprofile-instr-generate -fprofile-sample-use=x
  -fcs-profile-generate -fcoverage-mapping -frepo -flto -flto=thin -save-temps -save-temps=obj
  --save-temps -fdump-tree-all -fstack-usage -ftime-trace -ftime-report -fcallgraph-info=su
  -fmodules -fmodules-ts -fmodule-file=x -fimplicit-modules -fplugin=x.so -fplugin-arg-x-y
  -fpass-plugin=x.so -iplugindir=x -specs=x -specs --specs=x --specs -wrapper -B -Bx -B/x
  -fsanitize-blacklist=x -fsanitize-ignorelist=x -fsanitize-coverage-allowlist=x
  -include-pch -emit-llvm -emit-ast -dM -dD -dr -da -dumpbase -dumpdir -fdirectives-only
  -frewrite-includes -fpreprocessed -fsyntax-only -v -### -Q -P -C -CC -ObjC -- --analyze --bogus
  --config=x --gcc-toolchain=/x -no-integrated-cpp -aux-info -fsave-optimization-record
  -foptimization-record-file=x -fopt-info-vec=x -time=x -cc1 -Xarch_arm64 -working-directory=x
  -fopenmp-targets=x -frecord-gcc-switches -fverbose-asm -fno-working-directory
  -fxray-attr-list=x -fbasic-block-sections=list=x -fdiagnostics-format=json-file -fdiagnostics-format=json -fdiagnostics-generate-patch
  -fdiagnostics-add-output=x -fmem-report -print-search-dirs -gmodules -gembed-source
  -gen-reproducer -serialize-diagnostics -fprebuilt-module-path=x -fbuild-session-file=x
  -include-pth -fpch-preprocess -load -ccc-gcc-name -gcc-toolchain -V -b -resource-dir=x
  -ivfsoverlay -fdebug-cpp -fxray-always-instrument=x -foverride-record-layout=x
  -grecord-command-line -frecord-command-line -foffload=x -Xanalyzer -Xopenmp-target
  -Xcuda-ptxas -fcuda-include-gpubinary -fembed-offload-object=x -fmemory-profile
  -fbranch-probabilities -fcompare-debug -fada-spec-parent=x -fdeps-file=x -fvtv-debug
  -fproc-stat-report=x -fcrash-diagnostics-dir=x -fwhopr -fthinlto-index=x -coverage`;
for (const option of localOptions.split(/\s+/)) {
  test(`scanCommand() runs a command with ${option} locally`, (t) => {
    const scan = scanCommand(['gcc', option, 'x', '-c', 'a.c']);
    t.is(scan.kind, 'local');
    t.true(scan.kind === 'local' && scan.reason.startsWith(option), JSON.stringify(scan));
  });
}

test('scanCommand() throws for an option in place of the compiler', (t) => {
  const message = 'Cannot compile with "-c": wanted a compiler, not an option';
  const error = t.throws(() => scanCommand(['-c', 'a.c']), { instanceOf: ArgumentError, message });
  t.is(error.exitCode, 101);
});

test('scanCommand() throws for a command without a compiler', (t) => {
  const message = 'Cannot compile: wanted a compiler and its words';
  t.throws(() => scanCommand([]), { instanceOf: ArgumentError, message });
  t.throws(() => scanCommand(['', '-c', 'a.c']), { instanceOf: ArgumentError, message });
});
