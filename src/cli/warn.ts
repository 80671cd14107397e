import { writeOut } from '../process/index.ts';

/** What a person should know, in one line on standard error. */
export function warn(message: string, program: 'lsdistcc' | 'distcc' = 'lsdistcc'): void {
  writeOut(2, `${program}: ${message.replace(UNPRINTABLE, escape)}\n`);
}

/** Controls, and what turns or hides the text around it: a stranger's words may be quoted. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

function escape(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
