import test from 'ava';
import { coversMessages } from '../../src/compiler/index.ts';

const whole = `In file included from a.c:1:
h.h: In function ‘h’:
h.h:3:33: warning: unused variable ‘x’ [-Wunused-variable]
    3 | int x; /* a:b:9: c */
      |     ^
a.c:9:7: warning: suggest parentheses [-Wparentheses]
a.c:9:7: note: so
`;

const cases: readonly (readonly [part: string, isCovered: boolean, what: string])[] = [
  ['', true, 'nothing'],
  [whole, true, 'itself'],
  ['h.h:3:1: warning: unused variable [-Wunused-variable]\n', true, 'another column'],
  ['h.h:3: Warnung: ungenutzt [-Wunused-variable]\n', true, 'another language'],
  [
    'h.h:3:33: \u001B[01;35m\u001B[Kwarning: \u001B[m\u001B[Kx [\u001B[01;35m\u001B[K\u001B]8;;https://gcc.gnu.org/-W\u0007-Wunused-variable\u001B]8;;\u0007\u001B[m\u001B[K]\n',
    true,
    'colours and links',
  ],
  ['gcc: warning: something of the whole command\n', true, 'no place'],
  ['h.h:4:33: warning: unused variable ‘x’ [-Wunused-variable]\n', false, 'another line'],
  ['a.c:9:7: warning: suggest parentheses [-Wother]\n', false, 'another warning'],
  ['b.c:9:7: warning: suggest parentheses [-Wparentheses]\n', false, 'another file'],
  ['{standard input}:5: Warning: of the assembler\n', false, 'another tool'],
  [`a.c:9:7: note: so\nmy dir/a.c:1: x\n`, false, 'one of two'],
];

for (const [part, isCovered, what] of cases) {
  test(`coversMessages() is ${String(isCovered)} for ${what}`, (t) => {
    t.is(coversMessages(Buffer.from(whole), Buffer.from(part)), isCovered);
  });
}
