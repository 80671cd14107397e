import { renderAnswer, renderFold, witnessCode } from './question.ts';
import type { Question } from './question.ts';

/** The question in Objective-C: `@class` and `@protocol` need its front end and no run-time library. */
export const objc: Question = {
  fileName: 'witness.m',
  render: (numbers) =>
    `# 1 "witness.m"\n@class WitnessAsker;\n@protocol WitnessAnswer;\n${renderAnswer(renderFold(numbers))}${witnessCode}`,
};
