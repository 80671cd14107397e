import { readFileSync } from 'node:fs';
import { exampleFile } from './run-example.ts';

/** One instruction of a Dockerfile, and the stage it belongs to: 0 is the first. */
export interface Instruction {
  readonly stage: number;
  readonly name: string;
  readonly text: string;
}

/** The instructions of a file below `examples/`; lines that end with a backslash go on. */
export function readDockerfile(name: string): Instruction[] {
  const lines = readFileSync(exampleFile(name), 'utf8')
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replaceAll(/\s*\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
  let stage = -1;
  return lines.map((line) => {
    const [, instruction = '', text = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    if (instruction === '') throw new RangeError(`No instruction: "${line}"`);
    if (instruction === 'FROM') stage += 1;
    return { stage, name: instruction, text };
  });
}

/** The words of an instruction that has them as JSON: `CMD ["a"]`, `HEALTHCHECK --x CMD ["a"]`. */
export function wordsOf(instructions: readonly Instruction[], name: string): string[] {
  const text = instructions.find((instruction) => instruction.name === name)?.text ?? '';
  return JSON.parse(text.slice(text.indexOf('['))) as string[];
}
