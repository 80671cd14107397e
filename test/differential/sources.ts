/** The project that every command line is tried in, by file name. Tiny: hundreds of them are compiled. */
export const sources: Readonly<Record<string, string>> = {
  'a.c': '#include "h.h"\nint a(void)\n{\n  return HEADER + COUNT;\n}\n',
  'h.h': '#ifndef HEADER\n#define HEADER 1\n#endif\n#ifndef COUNT\n#define COUNT 2\n#endif\n',
  'forced.h': '#define HEADER 7\n',
  'sub/in.c': '#include "near.h"\n#include <far.h>\nint in(void)\n{\n  return NEAR + FAR;\n}\n',
  'sub/near.h': '#define NEAR 1\n',
  'far/far.h': '#define FAR 2\n',
  'b.c': 'int b(void)\n{\n  return 1;\n}\n',
  'main.c': 'int a(void);\nint main(void)\n{\n  return a() - a();\n}\n',
  'p.cc':
    '#include "h.h"\ntemplate <int n> int p()\n{\n  return n;\n}\nint q()\n{\n  return p<HEADER>();\n}\n',
  'p.CPP': 'int upper;\n',
  // No macro stands before a token whose column counts, so debug information is that of the source.
  'd.c':
    'struct pair {\n  int x;\n  int y;\n};\nstatic int twice(int x)\n{\n  return x + x;\n}\nint d(struct pair *p)\n{\n  return twice(p->x) / p->y;\n}\n',
  'd.cc':
    'namespace n {\nstruct part {\n  int x;\n  virtual ~part();\n};\npart::~part() {}\n}\nint d(n::part *p)\n{\n  return p->x;\n}\n',
  // Here preprocessing moves columns.
  'moved.c':
    '#define CALL(x) f((x) + 1)\nint f(int);\nint moved(int x) { return CALL(x) + CALL(CALL(x)) / f(x); }\n',
  'where.c':
    'const char *where = __FILE__ "!" __BASE_FILE__;\nint line = __LINE__, level = __INCLUDE_LEVEL__;\nint count = __COUNTER__ + __COUNTER__ * 10;\n',
  'quoted.c':
    '#define TEXT(x) #x\n#define STRING(x) TEXT(x)\nconst char *s = SAID;\nconst char *t = STRING(SAID);\n',
  'pragma.c':
    '#pragma once_in_a_while\n_Pragma("GCC diagnostic ignored \\"-Wunused-variable\\"")\nint f(void)\n{\n  int unused;\n  return 0;\n}\n#pragma GCC diagnostic warning "-Wunused-variable"\nint g(void)\n{\n  int unused;\n  return 0;\n}\n',
  'once.c': '#include "once.h"\n#include "once.h"\n#include "sub/../once.h"\n',
  'once.h': '#pragma once\nint once;\n',
  'has.c':
    '#if __has_include("h.h") && !__has_include("no.h")\n#include_next <far.h>\nint has = FAR;\n#endif\n',
  'odd.c':
    'char *odd = "gr\u00f6\u00dfer \\x41 ??/ \\\n continued"; /* a // b */ // c \\\nstill c\nint after;\n',
  'bad.c': 'int bad(void)\n{\n  return nothing + 1;\n}\n',
  'bad.cc': 'int bad()\n{\n  return nothing + 1;\n}\n',
  'stop.c': '#error not this one\nint x;\n',
  'lost.c': '#include "no-such-header.h"\nint x;\n',
  'said.c': '#warning careful\nint x;\n',
  'warn.c':
    '#include "warn.h"\nstatic int unused_function(void)\n{\n  return 1;\n}\nint w(int x)\n{\n  int unused;\n  if (x = ONE)\n    return SUM(x, 1u) < x;\n}\n',
  'warn.h':
    '#define ONE 1\n#define SUM(a, b) ((a) + (b))\nstatic inline int h(void) { int in_header; return 0; }\n',
  'warn.cc':
    'struct base { virtual void f(int); };\nstruct more : base { void f(long); };\nint w(int x)\n{\n  int unused;\n  switch (x) {\n  case 1: x++; // fall through\n  case 2: return x;\n  }\n}\n',
  'comment.c': '/// \\param nope is not there\nvoid comment(int x) { (void)x; }\n',
  'two.c': '#define TWO f(1); f(2)\nint f(int);\nvoid two(int x)\n{\n  if (x)\n    TWO;\n}\n',
  'indent.c':
    '#define FOR for (int i = 0; i < 3; i++)\nint f(int);\nvoid indent(void)\n{\n  FOR\n    f(1);\n    f(2);\n}\n',
  // Where a macro of a system header stands, gcc says so in its preprocessed text.
  'null.c': '#include <stddef.h>\nint null(void)\n{\n  return NULL;\n}\n',
  'file.c': 'const char *file = __builtin_FILE();\n',
  // Only the optimizer finds this.
  'maybe.c':
    'int f(int);\nint maybe(int x)\n{\n  int value;\n  if (x)\n    value = f(x);\n  f(1);\n  return value;\n}\n',
  'fall.c':
    'int fall(int x)\n{\n  switch (x) {\n  case 1:\n    x++;\n    /* fall through */\n  case 2:\n    return x;\n  }\n  return 0;\n}\n',
  'ready.i': '# 1 "ready.c"\nint ready(void)\n{\n  return 1;\n}\n',
  'ready.ii': '# 1 "ready.cc"\nnamespace n {\nint ready() { return 1; }\n}\n',
  'plain.i': 'int plain(void)\n{\n  return 1;\n}\n',
  'asm.s': '.globl f\nf: ret\n',
  'pre.S': '#include "h.h"\n.globl f\nf: mov $HEADER, %eax\n',
  'blob.c': '__asm__(".incbin \\"h.h\\"");\n',
  'conftest.c': 'int conftest;\n',
  'wi th,co mma.c': 'int blank;\n',
  'gr\u00f6\u00dfer.c': 'int umlaut;\n',
  '-dash.c': 'int dash;\n',
  'two.dots.c': 'int dots;\n',
  'words.rsp': '-c a.c -o from-file.o\n',
  'one.rsp': '-DHEADER=9\n',
  'empty.c': '',
};
