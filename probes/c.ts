import { renderAnswer, renderFold, witnessCode } from './question.ts';
import type { Question } from './question.ts';

/** The question in C. */
export const c: Question = {
  fileName: 'witness.c',
  render: (numbers) => `# 1 "witness.c"\n${renderAnswer(renderFold(numbers))}${witnessCode}`,
};
