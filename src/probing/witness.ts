import {
  ANSWER_SYMBOL,
  answerWords,
  foldNumbers,
  ORDER_WORD,
  questions,
} from '../../probes/index.ts';
import type { Language } from '../../probes/index.ts';
import type { Endianness } from '../objects/index.ts';

/** Where in an answer the eight bytes are that no two witnesses share. */
export const FOLDED_AT = answerWords.indexOf('folded') * 8;

/** What the answer says of the compiler's target, once it is known to be no invention. */
export interface WitnessedFacts {
  readonly pointerBytes: number;
  readonly longBytes: number;
  readonly isCharSigned: boolean;
}

/** Whether an answer is the one this witness asked for. */
export type WitnessCheck =
  | ({ readonly kind: 'right' } & WitnessedFacts)
  | { readonly kind: 'wrong'; readonly reason: string };

/** One question that is asked once: its source, and how to tell a right answer. */
export interface Witness {
  readonly language: Language;
  /** Base name to send with the source, which is preprocessed already. */
  readonly fileName: string;
  readonly objectName: string;
  /** ASCII. */
  readonly source: Uint8Array;
  /** The C name of the symbol that holds the answer. */
  readonly symbol: string;
  /**
   * Check the answer's bytes.
   * @param answer - the symbol's bytes, or more
   * @param endianness - as the object's header says
   */
  readonly check: (answer: Uint8Array, endianness: Endianness) => WitnessCheck;
}

/**
 * Make a question that nobody has been asked before.
 * @param random - a uniform 64-bit number, from a source no server can foresee
 */
export function makeWitness(language: Language, random: () => bigint): Witness {
  // An odd number times another is never the same twice, so no bit of the other is lost.
  const odd = () => BigInt.asUintN(64, random()) | 1n;
  const numbers = { factor: odd(), multiplier: odd(), summand: BigInt.asUintN(64, random()) };
  const { fileName, render } = questions[language];
  const folded = foldNumbers(numbers);
  return {
    language,
    fileName,
    objectName: 'witness.o',
    source: new TextEncoder().encode(render(numbers)),
    symbol: ANSWER_SYMBOL,
    check: (answer, endianness) => checkAnswer(answer, endianness, folded),
  };
}

function checkAnswer(answer: Uint8Array, endianness: Endianness, folded: bigint): WitnessCheck {
  const answerBytes = answerWords.length * 8;
  if (answer.length < answerBytes) {
    return wrong(`its answer has ${answer.length} bytes instead of ${answerBytes}`);
  }
  const words = readWords(answer, endianness);
  if (words.order !== ORDER_WORD) return wrong(`its data is not ${endianness}-endian as it says`);
  if (words.folded !== folded) return wrong('its constant is not the one the source asks for');
  if (words.isCharSigned > 1n) return wrong('its char is neither signed nor unsigned');
  return {
    kind: 'right',
    pointerBytes: Number(words.pointerBytes),
    longBytes: Number(words.longBytes),
    isCharSigned: words.isCharSigned === 1n,
  };
}

function readWords(answer: Uint8Array, endianness: Endianness) {
  const view = new DataView(answer.buffer, answer.byteOffset, answer.byteLength);
  const word = (name: (typeof answerWords)[number]) =>
    view.getBigUint64(answerWords.indexOf(name) * 8, endianness === 'little');
  return {
    order: word('order'),
    folded: word('folded'),
    pointerBytes: word('pointerBytes'),
    longBytes: word('longBytes'),
    isCharSigned: word('isCharSigned'),
  };
}

function wrong(reason: string): WitnessCheck {
  return { kind: 'wrong', reason };
}
