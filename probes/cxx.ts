import { renderAnswer, renderFold, renderNumber, witnessCode } from './question.ts';
import type { Question } from './question.ts';

/** The question in C++: a template folds the constant, which no C compiler can do. */
export const cxx: Question = {
  fileName: 'witness.cc',
  render: (numbers) => `# 1 "witness.cc"
template <unsigned long long factor> struct witness_fold {
  static const unsigned long long value = ${renderFold(numbers, 'factor')};
};
extern "C" {
${renderAnswer(`witness_fold<${renderNumber(numbers.factor)}>::value`)}${witnessCode}}
`,
};
