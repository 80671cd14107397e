import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { foldNumbers, questions } from '../../probes/index.ts';
import type { QuestionNumbers } from '../../probes/index.ts';

/** Three numbers whose fold is eight bytes found nowhere else in an object. */
const SAMPLE = {
  factor: 0x9e3779b97f4a7c15n,
  multiplier: 0xbf58476d1ce4e5b9n,
  summand: 0x94d049bb133111ebn,
};
const FOLD = /0x([0-9a-f]{16})ULL \* 0x([0-9a-f]{16})ULL \+ 0x([0-9a-f]{16})ULL/;

/**
 * Compile the witness once, so that a bench of clients does not measure gcc.
 * @param folder - where its files may lie
 * @returns turns the source of any witness in C into the object gcc would make of it; other sources get
 * the sample's object
 */
export async function compileWitness(folder: string): Promise<(source: string) => Buffer> {
  const template = await compileSample(folder);
  const foldedAt = findFolded(template);
  return (source) => {
    const numbers = readNumbers(source);
    if (numbers === undefined) return template;
    const object = Buffer.from(template);
    object.set(foldedAt.write(foldNumbers(numbers)), foldedAt.offset);
    return object;
  };
}

async function compileSample(folder: string): Promise<Buffer> {
  const { fileName, render } = questions.c;
  await writeFile(path.join(folder, fileName), render(SAMPLE));
  await promisify(execFile)('gcc', ['-c', fileName, '-o', 'witness.o'], { cwd: folder });
  return readFile(path.join(folder, 'witness.o'));
}

/** Where the folded constant lies, and how this machine's compiler writes one. */
function findFolded(template: Buffer) {
  const places = [littleEndian, bigEndian].map((write) => ({
    write,
    offset: template.indexOf(write(foldNumbers(SAMPLE))),
  }));
  const place = places.find(({ offset }) => offset >= 0);
  if (place === undefined) throw new RangeError('The object of gcc lacks the folded constant');
  return place;
}

function littleEndian(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

function bigEndian(value: bigint): Buffer {
  return littleEndian(value).reverse();
}

function readNumbers(source: string): QuestionNumbers | undefined {
  const [, factor, multiplier, summand] = FOLD.exec(source) ?? [];
  if (factor === undefined || multiplier === undefined || summand === undefined) return undefined;
  return {
    factor: BigInt(`0x${factor}`),
    multiplier: BigInt(`0x${multiplier}`),
    summand: BigInt(`0x${summand}`),
  };
}
