import { c } from './c.ts';
import { cxx } from './cxx.ts';
import { objc } from './objc.ts';
import type { Language, Question } from './question.ts';

export { ANSWER_SYMBOL, answerWords, foldNumbers, ORDER_WORD } from './question.ts';
export type { Language, Question, QuestionNumbers } from './question.ts';

/** What is asked in each language. */
export const questions: Record<Language, Question> = { c, 'c++': cxx, objc };
