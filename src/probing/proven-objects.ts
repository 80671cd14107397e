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
const remembered = new WeakMap<ToolchainWanted, Proven>();

/**
 * Keep an object that was found right, for the hosts that are asked after it.
 * @param proven - its bytes are copied: their buffer may be used again
 */
export function remember(wanted: ToolchainWanted, proven: Proven): void {
  remembered.set(wanted, { ...proven, bytes: Uint8Array.from(proven.bytes) });
}

/**
 * Judge an object that is a proven one but for its constant, of which nothing else has to be read again.
 * @returns undefined when it is another one, or its constant is wrong
 */
export function judgeAlike(
  bytes: Uint8Array,
  witness: AnswerCheck,
  wanted: ToolchainWanted,
  localCode: LocalCode | undefined,
): Judgement | undefined {
  const known = remembered.get(wanted);
  if (known?.bytes.length !== bytes.length || known.localCode !== localCode) return undefined;
  const { answerAt, endianness, judgement } = known;
  const at = answerAt + FOLDED_AT;
  if (!isEqual(bytes.subarray(0, at), known.bytes.subarray(0, at))) return undefined;
  if (!isEqual(bytes.subarray(at + 8), known.bytes.subarray(at + 8))) return undefined;
  const check = witness.check(bytes.subarray(answerAt), endianness);
  return check.kind === 'right' ? judgement : undefined;
}

function isEqual(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}
