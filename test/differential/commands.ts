/** A command line that is tried with and without distcc. */
export interface Row {
  /**
   * Where it is compiled: `there` on a host, `here` on this machine, `any` where which of the two is
   * of no importance.
   */
  readonly where: 'there' | 'here' | 'any';
  /** For sh; `$CC` is the compiler, with distcc before it or not. */
  readonly script: string;
  /**
   * What to run without distcc: the same, but for debug information, which names columns (and for
   * clang a checksum of the source). There the local compiler gets its own preprocessed text.
   */
  readonly likeScript: string;
}

/** Command lines of C, one a line: where they are compiled, and what the shell is to run. After `<=>`: what it is compared with. */
const forC = String.raw`
there $CC -c a.c
there $CC -c a.c -o out.o
there $CC -oout.o -c a.c
there $CC -O2 -c a.c -o deps/a.o
there $CC -S a.c
there $CC -S -c a.c -o a.asm
there $CC -c -o a a.c
there $CC -c $PWD/a.c -o $PWD/out.o
there $CC -c ./sub/../a.c
there $CC -c sub/in.c -Ifar -o in.o
there cd sub && $CC -c ../a.c -I.. -o ../deps/x.o
there $CC -c -x c a.c
there $CC -xc -c a.c
there $CC -x c++ -c a.c
there $CC -xc++ -c a.c
there $CC -x cpp-output -c plain.i
there $CC -c ready.i
there $CC -c plain.i
there $CC -c ready.ii
there $CC -c empty.c
there $CC -c where.c
there $CC -c $PWD/where.c
there $CC -c once.c
there $CC -c has.c -Ifar -idirafter sub
there $CC -c -std=c99 -trigraphs odd.c
there $CC -c two.dots.c
there $CC -c 'wi th,co mma.c'
there $CC -c größer.c
there $CC -c größer.c -o 'grö ßer.o'
here $CC -c ./-dash.c
here $CC -c -- -dash.c
there $CC -DHEADER=3 -c a.c
there $CC -D HEADER=3 -U COUNT -c a.c
there $CC -include forced.h -c a.c
there $CC -imacros forced.h -c a.c
here $CC -include /dev/stdin -c a.c
here $CC -imacros /dev/fd/7 -c a.c 7< forced.h
here $CC -include /proc/self/fd/8 -c a.c 8< forced.h
there echo '#include "/dev/stdin"' > in.c; echo 'int x;' | $CC -c in.c
there $CC -iquote far -I sub -isystem far -idirafter . -c sub/in.c
there $CC -isysroot / --sysroot=/ -c b.c
there $CC -nostdinc -c b.c
there $CC -undef -c b.c
there $CC '-DSAID="two words"' -c quoted.c
there $CC -DSAID='"a\"b\\c"' -c quoted.c
there $CC -DSAID="'x'" -c quoted.c
there $CC "-DSAID=1
+ 2" -c quoted.c
there $CC -D'SAID="}, {"' -c quoted.c
there $CC -Wp,-DHEADER=4 -c a.c
there $CC -Wp,-DHEADER=4,-DCOUNT=5 -c a.c
there $CC -Wp,-MD,deps/wp.d -c a.c
there $CC -Wp,-MMD,deps/wp.d -c a.c -o deps/a.o
there $CC -Xpreprocessor -DHEADER=4 -c a.c
there $CC -MD -c a.c
there $CC -MMD -c a.c
there $CC -MD -c a.c -o deps/a.o
there $CC -MMD -MP -c a.c -o deps/a.o
there $CC -MD -MF deps/x.d -c a.c
there $CC -MMD -MF deps/x.d -MT 'some target' -c a.c -o deps/a.o
there $CC -MMD -MFdeps/x.d -MQ 'a$b' -c a.c -o deps/a.o
there $CC -MD -MT one -MT two -c a.c -o deps/a.o
here $CC -MD -MG -MF x.d -c a.c
there $CC -MD -c sub/in.c -Ifar
there $CC -MD -S a.c -o deps/a.s
there $CC -MD -S a.c
any $CC -Wp,-MMD,deps/w.d -MD -S a.c
any $CC -Wp,-DX -c ready.i
any $CC -Xpreprocessor -DX -c ready.i
there $CC -DX -c ready.i
any $CC -DX -I. -c ready.i
any $CC -DX -UY -c ready.i
there $CC -MD -c a.c -o deps/a
there $CC -MD -c a.c -o 'deps/a $x.o'
any $CC -MD -c ready.i -o deps/r.o
here $CC -MD -E a.c -o deps/a.i
here $CC -M a.c
here $CC -MM -MT x a.c
here $CC -MJ x.json -c a.c
here $CC -MD -MF - -c a.c
here $CC -MD -MF no/such/x.d -c a.c
there DEPENDENCIES_OUTPUT='env.d' $CC -c a.c
there SUNPRO_DEPENDENCIES='sun.d there' $CC -c a.c
here DEPENDENCIES_OUTPUT='env.d there' $CC -c ready.i
there DEPENDENCIES_OUTPUT='env.d there' $CC -c bad.c
there DEPENDENCIES_OUTPUT='env.d' $CC -Wall -c warn.c -o deps/w.o
here CCC_OVERRIDE_OPTIONS=+-O2 $CC -c d.c
here printf '#!/bin/sh\necho mine >&2\nexec /usr/bin/as "$@"' > as; chmod +x as; COMPILER_PATH=$PWD $CC -c b.c
there CPATH=far $CC -c sub/in.c
there C_INCLUDE_PATH=far $CC -c sub/in.c
there SOURCE_DATE_EPOCH=1 $CC -c a.c
there TMPDIR=$PWD/deps $CC -c a.c
there $CC -g -g0 -c d.c
there $CC -fmacro-prefix-map=$PWD=here -c $PWD/where.c
there $CC -ffile-prefix-map=$PWD/=here/ -c $PWD/where.c
here $CC -g -gsplit-dwarf -c d.c
here $CC -save-temps -c a.c
here $CC -save-temps=obj -c a.c -o deps/a.o
here $CC --coverage -frandom-seed=1 -c a.c -o deps/a.o
here $CC -fprofile-arcs -ftest-coverage -frandom-seed=1 -c a.c
here $CC -fprofile-generate -frandom-seed=1 -c a.c
here $CC -fprofile-use -c a.c
here $CC -fprofile-use=deps/none -c a.c
here $CC -march=native -c a.c
here $CC -mtune=native -c a.c
here $CC -mcpu=native -c a.c
there $CC -march=x86-64 -msse4.2 -mavx2 -c a.c
any $CC -m32 -c b.c
there $CC -frandom-seed=x.c -c a.c
there $CC -frandom-seed=a.c -O2 -c a.c
here $CC -flto -frandom-seed=1 -c a.c
here $CC -fsyntax-only a.c
here $CC -fstack-usage -c a.c -o deps/a.o
here $CC -E a.c
here $CC -E a.c -o a.txt
here $CC -E -P -dM b.c -o macros.txt
here $CC -c a.c b.c
here $CC -c a.c b.c -o both.o
here $CC a.c main.c -o program
here $CC main.c
here $CC -c no-such.c
here $CC -c no/such/folder.c
there $CC -c bad.c
there $CC -c bad.c -o out.o; echo $?
there echo old > bad.o; $CC -c bad.c
there $CC -MD -c bad.c -o deps/bad.o
here $CC -c stop.c
here $CC -c lost.c
here $CC -MD -c lost.c -o deps/lost.o
here $CC -c a.c -o no/such/folder/a.o
here $CC -c a.c -o deps
here $CC -c a.c -o $(printf %0300d 1).o
here $CC -c $(printf %0300d 1).c
here ln -s in.c in.c; $CC -c in.c
here $CC -c a.c/in.c
there PWD=$PWD/a.c/x $CC -g -c b.c <=> $CC -g -c b.c -E -o b.i && $CC -g -c b.i && rm b.i
there PWD=/$(printf %0300d 1) $CC -g -c b.c <=> $CC -g -c b.c -E -o b.i && $CC -g -c b.i && rm b.i
here $CC -c a.c -o ''
here $CC -c a.c -o
here $CC -c
here $CC -o
here $CC
here $CC --bogus-option -c a.c
here $CC -fno-such-flag -c a.c
there $CC -Wno-such-warning -c a.c
here $CC -std=c1066 -c a.c
here $CC - -x c
here $CC -x c -c -
here $CC -x c -c - -o in.o
here $CC -x none -c a.c
here $CC -c a.c -x c++
here $CC --version
here $CC -dumpmachine
here $CC -print-search-dirs
here $CC -print-file-name=crt1.o
here $CC '-###' -c a.c -o a.o
here $CC -v -c a.c -o a.o
here $CC @words.rsp
here $CC @one.rsp -c a.c
here $CC @no-such.rsp -c a.c
there $CC -c a.c -o /dev/null
here $CC -S a.c -o -
here $CC -S a.c -o /dev/stdout
here $CC -c asm.s
here $CC -c pre.S -o pre.o
here $CC -x assembler-with-cpp -c pre.S -o pre.o
here $CC -c blob.c
here $CC -c conftest.c
here $CC -c h.h -o h.gch && rm h.gch
there $CC -x c-header h.h -o h.h.gch && $CC -c a.c && rm h.h.gch
any ln -s deps/real.o out.o; $CC -c b.c -o out.o; ls -l | cut -c1-10
any echo old > deps/real.o; ln -s deps/real.o out.o; $CC -c b.c -o out.o; ls -l | cut -c1-10
any echo old > x.o; ln x.o out.o; $CC -c b.c -o out.o; cmp -s x.o out.o; echo $?
any echo old > out.o; chmod 444 out.o; $CC -c b.c -o out.o; ls -l out.o | cut -c1-10
any echo old > out.o; chmod 700 out.o; $CC -c b.c -o out.o; ls -l out.o | cut -c1-10
any echo old > b.s; chmod 700 b.s; ln b.s c.s; $CC -S b.c; ls -l b.s | cut -c1-10; cmp -s b.s c.s; echo $?
any umask 77; $CC -c b.c; ls -l b.o | cut -c1-10
any umask 0; $CC -S b.c; ls -l b.s | cut -c1-10
any ln -s deps/real.s b.s; $CC -S b.c; ls -l | cut -c1-10
any mkdir b.o; $CC -c b.c; echo $?
there $CC -pipe -fPIC -Wall -c a.c
there $CC -Wa,--noexecstack -c a.c
there $CC -Wl,-z,now -lm -L. -c a.c
there $CC -fvisibility=hidden -ffunction-sections -fno-common -c a.c
there $CC -fsanitize=undefined -c d.c
there $CC -w -c warn.c
there $CC -c said.c
there $CC -Wall -c warn.c
there $CC -Wall -Wextra -O2 -c warn.c -o deps/w.o
there $CC -Wall -c $PWD/warn.c
there $CC -Wall -MD -MF deps/w.d -c warn.c
there $CC -Wall -Werror -c warn.c
there $CC -Wall -Werror=return-type -c warn.c
there $CC -Wall -fdiagnostics-color=always -c warn.c
there $CC -Wall -fdiagnostics-color=never -c warn.c
there $CC -Wall -fdiagnostics-color -c warn.c
there $CC -Wall -fno-diagnostics-show-option -c warn.c
there $CC -O2 -Wall -Wmaybe-uninitialized -Wno-unknown-warning-option -c maybe.c
there $CC -Wextra -Wimplicit-fallthrough -c fall.c
there $CC -Wextra -Wimplicit-fallthrough -Werror -c fall.c
there $CC -Wall -c pragma.c
there $CC -Wall -S warn.c
there $CC -c null.c
there $CC -Wunused-macros -c moved.c
here $CC -c b.c -o /dev/full 2> /dev/null; echo $?
here mkfifo p.c; (cat b.c > p.c) & timeout 20 $CC -Wall -c p.c; rm p.c
there $CC -Werror -c null.c
there $CC -Wmisleading-indentation -c indent.c
there $CC -Werror=misleading-indentation -c indent.c
here $CC -Wall -fdiagnostics-format=json -c warn.c
`;

/** What only C++ has, or has in another way. */
const forCxx = String.raw`
there $CC -c p.cc
there $CC -O2 -c p.cc -o deps/p.o
there $CC -MD -c p.cc -o deps/p.o
there $CC -std=c++20 -fno-exceptions -fno-rtti -c d.cc
there $CC -x c++ -c p.cc
there $CC -xc++ -c p.cc
there $CC -c a.c
there $CC -c ready.ii
there $CC -c plain.i
there $CC -nostdinc++ -c p.cc
there CPLUS_INCLUDE_PATH=far $CC -c sub/in.c
here $CC -c p.CPP
there $CC -c bad.cc
there $CC -Wall -c warn.cc
there $CC -Wall -Wextra -Woverloaded-virtual -c warn.cc
there $CC -Wall -Wextra -Werror -c warn.cc
there $CC -Wall -fdiagnostics-color=always -c warn.cc
here $CC -fsyntax-only p.cc
there $CC -x c++-header h.h -o h.h.gch && $CC -c p.cc && rm h.h.gch
here $CC -c p.cc d.cc
`;

const forGcc = String.raw`
there $CC -g -c moved.c <=> $CC -g -E moved.c -o moved.i && $CC -g -c moved.i && rm moved.i
there $CC -g -O2 -c moved.c <=> $CC -g -O2 -E moved.c -o moved.i && $CC -g -O2 -c moved.i && rm moved.i
there $CC -g -c null.c <=> $CC -g -E null.c -o null.i && $CC -g -c null.i && $CC -fsyntax-only null.c && rm null.i
there $CC -g3 -c moved.c <=> $CC -g3 -E moved.c -o moved.i && $CC -g3 -c moved.i && rm moved.i
there $CC -ggdb3 -c d.c <=> $CC -ggdb3 -E d.c -o d.i && $CC -ggdb3 -c d.i && rm d.i
there $CC -g -c d.c
there $CC -g -O2 -c d.c -o out.o
there $CC -g1 -gdwarf-4 -c d.c
there $CC -g -ffile-prefix-map=$PWD=/src -c d.c
there $CC -g -fdebug-prefix-map=$PWD=. -c $PWD/d.c
there $CC -g -O2 -gdwarf-4 -c sub/../d.c
here $CC -fdump-tree-optimized -c a.c
here $CC -da -c a.c -o deps/a.o
here $CC -fverbose-asm -S b.c
here $CC -fopt-info-all=info.txt -O2 -c d.c
here $CC -aux-info info.txt -c b.c
here $CC -specs=none.specs -c a.c
here $CC -g -c ready.i
here $CC -g -H -c b.c
here $CC -g -undef -c b.c
here $CC -g -A x=y -c b.c
here $CC -g -finput-charset=latin1 -c b.c
there $CC -finput-charset=latin1 -c odd.c
there $CC -g -E d.c -o d.i && $CC -g -c d.i && rm d.i
there $CC -g0 -c ready.i
here $CC -x cpp-output -c b.c
here $CC -wrapper env -c a.c
here $CC -B. -c a.c
here $CC -fcallgraph-info -c a.c
here $CC -dumpbase x.c -c a.c
there $CC -Wall -fno-diagnostics-show-caret -c warn.c
there $CC -Wmultistatement-macros -c two.c
there $CC -Wmultistatement-macros -Werror -c two.c
there $CC -Wno-format-truncation -fanalyzer -c b.c
`;

const forGxx = String.raw`
there $CC -g -c d.cc
there $CC -g -O2 -c d.cc -o out.o
here $CC -std=c++20 -fmodules-ts -c p.cc
`;

const forClang = String.raw`
there $CC -g -c d.c <=> $CC -g -E d.c -o d.i && $CC -g -c d.i && rm d.i
there $CC -g -O2 -c d.c -o out.o <=> $CC -g -O2 -E d.c -o d.i && $CC -g -O2 -c d.i -o out.o && rm d.i
there $CC -g1 -gdwarf-4 -c d.c <=> $CC -g1 -gdwarf-4 -E d.c -o d.i && $CC -g1 -gdwarf-4 -c d.i && rm d.i
there $CC -ggdb3 -c d.c <=> $CC -ggdb3 -E d.c -o d.i && $CC -ggdb3 -c d.i && rm d.i
there $CC -g -c moved.c <=> $CC -g -E moved.c -o moved.i && $CC -g -c moved.i && rm moved.i
there $CC -gline-tables-only -c d.c <=> $CC -gline-tables-only -E d.c -o d.i && $CC -gline-tables-only -c d.i && rm d.i
there $CC -g -ffile-prefix-map=$PWD=/src -c d.c <=> $CC -g -ffile-prefix-map=$PWD=/src -E d.c -o d.i && $CC -g -ffile-prefix-map=$PWD=/src -c d.i && rm d.i
there $CC -g -fdebug-prefix-map=$PWD=. -c d.c <=> $CC -g -fdebug-prefix-map=$PWD=. -E d.c -o d.i && $CC -g -fdebug-prefix-map=$PWD=. -c d.i && rm d.i
there $CC -g -fdebug-compilation-dir=/elsewhere -c d.c <=> $CC -g -fdebug-compilation-dir=/elsewhere -E d.c -o d.i && $CC -g -fdebug-compilation-dir=/elsewhere -c d.i && rm d.i
here $CC -g -fdebug-macro -c moved.c
there ln -s . link && cd link && $CC -g -c d.c <=> ln -s . link && cd link && $CC -g -E d.c -o d.i && $CC -g -c d.i && rm d.i
here $CC -ftime-trace -c a.c -o a.o && rm a.json
here $CC -fprofile-instr-generate -c a.c
here $CC -fprofile-instr-use=deps/none -c a.c
here $CC -fmodules -c a.c
here $CC -fsave-optimization-record -O2 -c d.c
here $CC -emit-llvm -c a.c
here $CC -flto=thin -c a.c
here $CC -Xclang -emit-pch -c a.c
here $CC -serialize-diagnostics x.dia -c a.c
there $CC -target x86_64-linux-gnu -c b.c
there $CC --target=x86_64-linux-gnu -c b.c
there $CC -mllvm -inline-threshold=5 -O2 -c d.c
there $CC -Wall -Weverything -c warn.c
there $CC -Wdocumentation -c comment.c
there $CC -Wdocumentation -Werror -MD -c comment.c -o deps/c.o
there $CC -Weverything -c comment.c
there $CC -Wall -fcolor-diagnostics -c warn.c
there $CC -Wall -fno-caret-diagnostics -c warn.c
there $CC -Qunused-arguments -lm -c a.c
here $CC -MMD -MD -c a.c -o deps/a.o
here $CC -MF deps/x.d -c a.c
here $CC -MT t -c a.c
here $CC -Wp,-MMD,deps/x.d,-MP -c a.c -o deps/a.o
there $CC -Wp,-MMD,deps/x.d -Wp,-DHEADER=3 -c a.c -o deps/a.o
here $CC -fminimize-whitespace -c a.c
here $CC -fuse-line-directives -c d.c
here $CC -fembed-bitcode-marker -c b.c
here CC_PRINT_PROC_STAT=1 CC_PRINT_PROC_STAT_FILE=st $CC -c b.c && rm st
there $CC -fmacro-prefix-map=$PWD=here -c $PWD/file.c
there $CC -ffile-prefix-map=$PWD=here -c $PWD/file.c
`;

const forClangxx = String.raw`
there $CC -g -c d.cc <=> $CC -g -E d.cc -o d.ii && $CC -g -c d.ii && rm d.ii
there $CC -g -O2 -c d.cc -o out.o <=> $CC -g -O2 -E d.cc -o d.ii && $CC -g -O2 -c d.ii -o out.o && rm d.ii
`;

/** The command lines for each compiler. */
export const rowsFor: Readonly<Record<string, readonly Row[]>> = {
  gcc: [...read(forC), ...read(forGcc)],
  'g++': [...read(forCxx), ...read(forGxx)],
  clang: [...read(forC), ...read(forClang)],
  'clang++': [...read(forCxx), ...read(forClangxx)],
};

function read(table: string): Row[] {
  // A row that begins with a blank or a sign goes on with the one before it.
  const rows = table.trim().split(/\n(?=(?:there|here|any) )/);
  return rows.map((row) => {
    const [, where = '', script = ''] = /^(\w+) ([^]*)$/.exec(row) ?? [];
    if (where !== 'there' && where !== 'here' && where !== 'any') throw new TypeError(row);
    const [ours = '', like = ours] = script.split(' <=> ');
    return { where, script: ours, likeScript: like };
  });
}
