/** The languages a probe can be asked in. */
export type Language = 'c' | 'c++' | 'objc';

/** The random numbers of one probe, 64 bits each. */
export interface QuestionNumbers {
  readonly factor: bigint;
  readonly multiplier: bigint;
  readonly summand: bigint;
}

/** One small source file: already preprocessed, so that every server compiles the same text. */
export interface Question {
  /** Its ending is what tells the compiler the language. */
  readonly fileName: string;
  /** The source, which compiles without headers and without a warning (C89 and `long long`; C++98). */
  readonly render: (numbers: QuestionNumbers) => string;
}

/** The one initialised symbol that holds the answer. */
export const ANSWER_SYMBOL = 'witness_answer';

/** What the answer's 64-bit words mean, in order. */
export const answerWords = [
  'order',
  'folded',
  'pointerBytes',
  'longBytes',
  'isCharSigned',
] as const;

/** First word of the answer: eight bytes that all differ show in which order they lie. */
export const ORDER_WORD = 0x0102030405060708n;

/** The constant the compiler has to fold: unsigned 64-bit arithmetic wraps. */
export function foldNumbers({ factor, multiplier, summand }: QuestionNumbers): bigint {
  return BigInt.asUintN(64, factor * multiplier + summand);
}

/** A number as C writes it. The suffix keeps C89 compilers from finding it too large. */
export function renderNumber(value: bigint): string {
  return `0x${value.toString(16).padStart(16, '0')}ULL`;
}

/**
 * The expression the compiler has to fold, in C.
 * @param factor - C text that stands for the factor: its number, or a name that has its value
 */
export function renderFold(
  { factor, multiplier, summand }: QuestionNumbers,
  factorText = renderNumber(factor),
): string {
  return `${factorText} * ${renderNumber(multiplier)} + ${renderNumber(summand)}`;
}

/**
 * The definition of {@link ANSWER_SYMBOL}: every word is a constant expression, so it lies in the
 * object at any level of optimisation and for every target.
 * @param folded - the expression for the second word
 */
export function renderAnswer(folded: string): string {
  // `& 256` rather than `< 0`, which warns where char is unsigned.
  const words = [
    renderNumber(ORDER_WORD),
    folded,
    'sizeof(void *)',
    'sizeof(long)',
    '((int) (char) -1 & 256) >> 8',
  ];
  return `unsigned long long ${ANSWER_SYMBOL}[${answerWords.length}] = {\n  ${words.join(',\n  ')}\n};\n`;
}

/**
 * Code for `--match-local`: a loop, a structure and floating point, where compilers and their
 * versions differ. No random number is in it, so one local compilation serves every host.
 */
export const witnessCode = `struct witness_part { double weight; int count; short kind; signed char tag; };
double witness_code(struct witness_part *parts, int count)
{
  double sum = 0.5;
  int i;
  for (i = 0; i < count; i++) {
    if (parts[i].kind == 3 || parts[i].tag > 'k')
      sum += parts[i].weight * parts[i].count;
    else
      sum -= parts[i].weight / (double) (i + 7);
  }
  return sum;
}
`;
