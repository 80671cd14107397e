import {
  ANSWER_SYMBOL,
  answerWords,
  foldNumbers,
  ORDER_WORD,
  questions,
} from '../../probes/index.ts';
import type { Language, QuestionNumbers } from '../../probes/index.ts';
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

/** How to tell the right answer to one question. */
export interface AnswerCheck {
  /** The C name of the symbol that holds the answer. */
  readonly symbol: string;
  /** The constant that no other answer holds. */
  readonly folded: () => bigint;
  /**
   * Check the answer's bytes.
   * @param answer - the symbol's bytes, or more
   * @param endianness - as the object's header says
   */
  readonly check: (answer: Uint8Array, endianness: Endianness) => WitnessCheck;
}

/** One question that is asked once: its source, and how to tell a right answer. */
export interface Witness extends AnswerCheck {
  readonly language: Language;
  /** Base name to send with the source, which is preprocessed already. */
  readonly fileName: string;
  readonly objectName: string;
  /** ASCII. */
  readonly source: Uint8Array;
}

/** Of one number, which has 64 bits. */
export const NUMBER_DIGITS = 16;

/**
 * Make a question that nobody has been asked before.
 * @param digits - of {@link drawDigits}
 */
export function makeWitness(language: Language, digits: string): Witness {
  const { fileName, render } = questions[language];
  return {
    language,
    fileName,
    objectName: 'witness.o',
    source: new TextEncoder().encode(render(readNumbers(digits))),
    ...makeCheck(digits),
  };
}

/**
 * How to tell the right answer to the question that has these numbers. They are read only when there is
 * one: most hosts of a run for their status alone never get so far.
 */
export function makeCheck(digits: string): AnswerCheck {
  const folded = (): bigint => foldNumbers(readNumbers(digits));
  return {
    symbol: ANSWER_SYMBOL,
    folded,
    check: (answer, endianness) => checkAnswer(answer, endianness, folded()),
  };
}

function readNumbers(digits: string): QuestionNumbers {
  const number = (index: number) =>
    BigInt(`0x${digits.slice(index * NUMBER_DIGITS, (index + 1) * NUMBER_DIGITS)}`);
  return { factor: number(0), multiplier: number(1), summand: number(2) };
}

const NUMBER_BYTES = 8;
const QUESTION_BYTES = 3 * NUMBER_BYTES;

/** Drawn by the hundred: one at a time costs a system call each. */
const drawn = Buffer.alloc(100 * QUESTION_BYTES);
let drawnAt = drawn.length;

/**
 * Draw the numbers of a question, from a source no server can foresee.
 * @returns factor, multiplier and summand in hex, {@link NUMBER_DIGITS} each
 */
export function drawDigits(): string {
  if (drawnAt === drawn.length) {
    crypto.getRandomValues(drawn); // node:crypto is slow to load
    drawnAt = 0;
  }
  const from = drawnAt;
  drawnAt += QUESTION_BYTES;
  // An odd number times another is never the same twice, so no bit of the other is lost.
  for (const at of [from + NUMBER_BYTES - 1, from + 2 * NUMBER_BYTES - 1]) {
    drawn[at] = (drawn[at] ?? 0) | 1;
  }
  return drawn.toString('hex', from, drawnAt);
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
