import { exitCodes } from '../errors/index.ts';
import { describeStatus, exitCodeOf } from '../protocol/index.ts';
import type { CompileResponse } from '../protocol/index.ts';
import type { Answer } from './ask.ts';
import { judgeObject } from './judge.ts';
import type { LocalCode } from './judge.ts';
import type { ToolchainWanted } from './toolchain.ts';
import type { Verdict } from './verdict.ts';
import type { AnswerCheck } from './witness.ts';

/** What an answer says of a host. */
export interface HostJudgement {
  readonly verdict: Verdict;
  /** One line for a person, without a full stop; absent for `up`. */
  readonly reason?: string;
  /** How the object's compiler calls itself. */
  readonly compiler?: string;
  /** What the object is for: `x86_64`. */
  readonly target?: string;
}

/** What an answer is held against. */
export interface Terms {
  readonly wanted: ToolchainWanted;
  /** Believe the object, or only the status as the original does. */
  readonly verify: 'object' | 'status';
  /** What the local compiler makes of the witness (`--match-local`). */
  readonly localCode?: LocalCode;
  /** How long the answer might take. */
  readonly compileTimeoutMs: number;
}

/**
 * Judge a host by its answer. Never throws, whatever the bytes.
 * @param right - tells the right one
 */
export function judgeAnswer(answer: Answer, right: AnswerCheck, terms: Terms): HostJudgement {
  switch (answer.kind) {
    case 'response':
      return judgeResponse(answer.response, right, terms);
    case 'garbled':
      return { verdict: 'bad-protocol', reason: answer.reason };
    case 'closed':
      return answer.wasRequestRead
        ? { verdict: 'not-allowed', reason: 'It read the request and closed without a word' }
        : { verdict: 'denied', reason: 'It closed the connection before it read the request' };
    case 'silent':
      return judgeSilence(answer, terms.compileTimeoutMs);
  }
}

function judgeSilence(
  { receivedBytes, isAlive }: Extract<Answer, { kind: 'silent' }>,
  timeoutMs: number,
): HostJudgement {
  if (receivedBytes > 0) {
    const reason = `It stopped after ${receivedBytes} bytes of its answer, within ${timeoutMs} ms`;
    return { verdict: 'stalled', reason };
  }
  return isAlive
    ? { verdict: 'too-slow', reason: `It was still at work after ${timeoutMs} ms` }
    : { verdict: 'stalled', reason: `It took the request and was silent for ${timeoutMs} ms` };
}

function judgeResponse(response: CompileResponse, right: AnswerCheck, terms: Terms): HostJudgement {
  if (response.status !== 0) return judgeFailure(response);
  if (terms.verify === 'status') return { verdict: 'up' };
  return judgeObject(response.object, right, terms.wanted, terms);
}

/** STAT 6e00: the compiler is not there, or may not run (fact sheet 1.5). */
function judgeFailure({ status, stderr }: CompileResponse): HostJudgement {
  const [line = ''] = new TextDecoder().decode(stderr.subarray(0, 400)).split('\n');
  const said = printable(line);
  const reason = `The test compile ended with ${describeStatus(status)}${said && `: ${said}`}`;
  const isMissing = exitCodeOf(status) === exitCodes.compilerMissing;
  return { verdict: isMissing ? 'no-compiler' : 'compile-failed', reason };
}

/** A host's own words go to a terminal: no control characters, no more than a line. */
function printable(text: string): string {
  return text.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, ' ').trim();
}
