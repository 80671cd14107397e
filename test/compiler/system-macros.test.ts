import test from 'ava';
import { exposeSystemMacros } from '../../src/compiler/index.ts';

const exposes = test.macro({
  exec(t, text: string, wanted: string) {
    const bytes = Buffer.from(`x${text}`).subarray(1);
    exposeSystemMacros(bytes);
    t.is(bytes.toString(), wanted);
  },
  title: (title) => `exposeSystemMacros() ${title ?? ''}`,
});

test(
  "blanks the flags where a system header's macro stands in a file of the user",
  exposes,
  '# 1 "a.c"\nreturn \n# 1 "a.c" 3 4\n  ((void *)0)\n# 1 "a.c"\n  ;\n# 2 "a.c" 3\n  0\n# 2 "a.c"\n;\n',
  '# 1 "a.c"\nreturn \n# 1 "a.c"    \n  ((void *)0)\n# 1 "a.c"\n  ;\n# 2 "a.c"  \n  0\n# 2 "a.c"\n;\n',
);
test(
  'blanks them over several lines, by names with quotes in them',
  exposes,
  String.raw`# 1 "q\"u.h" 1
# 1 "q\"u.h" 3 4
f(
# 2 "q\"u.h" 3 4
)
# 2 "q\"u.h"
;
`,
  String.raw`# 1 "q\"u.h" 1
# 1 "q\"u.h"    
f(
# 2 "q\"u.h"    
)
# 2 "q\"u.h"
;
`,
);
test(
  'leaves system headers, and files that say they are such',
  exposes,
  '# 1 "a.c"\n# 1 "/usr/include/x.h" 1 3 4\n# 9 "/usr/include/x.h" 3 4\nint x;\n# 2 "a.c" 2\n# 1 "s.h" 1\n# 2 "s.h" 3\nint s;\n# 3 "a.c" 2\nchar *s = "\n"\n',
  '# 1 "a.c"\n# 1 "/usr/include/x.h" 1 3 4\n# 9 "/usr/include/x.h" 3 4\nint x;\n# 2 "a.c" 2\n# 1 "s.h" 1\n# 2 "s.h" 3\nint s;\n# 3 "a.c" 2\nchar *s = "\n"\n',
);
test(
  'leaves a text without lines that name files',
  exposes,
  'int x;\n"\n"a" 3 4\n',
  'int x;\n"\n"a" 3 4\n',
);
