import type { Endianness } from '../objects/index.ts';
import type { Judgement, LocalCode } from './judge.ts';
import type { ToolchainWanted } from './toolchain.ts';
import { FOLDED_AT } from './witness.ts';
import type { AnswerCheck } from './witness.ts';

/** An object that was found right, and what was said of it. */
interface Proven {
  readonly bytes: Uint8Array;
  /** Where its answer begins. */
  readonly answerAt: number;
  readonly endianness: Endianness;
  readonly localCode: LocalCode | undefined;
  readonly judgement: Judgement;
}

/** The last one of a run: most farms have one compiler, whose objects differ by their constants alone. */
const remembered = new WeakMap<ToolchainWanted, Proven & { readonly bytes: Buffer }>();

/**
 * Keep an object that was found right, for the hosts that are asked after it.
 * @param proven - its bytes are copied: their buffer may be used again
 */
export function remember(wanted: ToolchainWanted, proven: Proven): void {
  remembered.set(wanted, { ...proven, bytes: Buffer.from(proven.bytes) });
}

/**
 * Judge an object that is a proven one but for its constant, of which nothing else has to be read again.
 * @returns undefined when it is another one, or its constant is wrong
 */
export function judgeAlike(
  bytes: Uint8Array,
  right: AnswerCheck,
  wanted: ToolchainWanted,
  localCode: LocalCode | undefined,
): Judgement | undefined {
  const known = remembered.get(wanted);
  const { length } = bytes;
  if (known?.bytes.length !== length || known.localCode !== localCode) return undefined;
  const from = known.answerAt + FOLDED_AT;
  const to = from + 8;
  if (known.bytes.compare(bytes, 0, from, 0, from) !== 0) return undefined;
  if (known.bytes.compare(bytes, to, length, to, length) !== 0) return undefined;
  const word = new DataView(bytes.buffer, bytes.byteOffset + from, 8);
  const folded = word.getBigUint64(0, known.endianness === 'little');
  return folded === right.folded() ? known.judgement : undefined;
}
