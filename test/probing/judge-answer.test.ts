import test from 'ava';
import type { Answer } from '../../src/probing/ask.ts';
import { judgeAnswer } from '../../src/probing/judge-answer.ts';
import { defaultToolchain } from '../../src/probing/index.ts';
import { answer as compileWitness, makeSeededWitness } from './compile.util.ts';

const witness = makeSeededWitness(7n);
const terms = {
  wanted: defaultToolchain('gcc', process.arch, process.platform),
  verify: 'object',
  compileTimeoutMs: 1000,
} as const;

const none = new Uint8Array(0);

function answered(status: number, stderr: string, object: Uint8Array = none): Answer {
  const bytes = new TextEncoder().encode(stderr);
  const response = { version: 1, status, stderr: bytes, stdout: none, object } as const;
  return { kind: 'response', response };
}

const table: readonly (readonly [string, Answer, string, string])[] = [
  [
    'a status of 110',
    answered(0x6e00, 'distccd: no gcc\nmore\n'),
    'no-compiler',
    'The test compile ended with exit code 110: distccd: no gcc',
  ],
  [
    'a failure without a word',
    answered(0x100, ''),
    'compile-failed',
    'The test compile ended with exit code 1',
  ],
  [
    'a crash',
    answered(0x8b, ''),
    'compile-failed',
    'The test compile ended with signal SIGSEGV, core dumped',
  ],
  [
    'control characters in a host’s words',
    answered(0x100, 'a\u001b[31mb\tc\u0000d\u202e'),
    'compile-failed',
    'The test compile ended with exit code 1: a [31mb c d',
  ],
  [
    'a garbled answer',
    { kind: 'garbled', reason: 'Expected DONE' },
    'bad-protocol',
    'Expected DONE',
  ],
  [
    'a close after the request',
    { kind: 'closed', wasRequestRead: true },
    'not-allowed',
    'It read the request and closed without a word',
  ],
  [
    'a close before the request',
    { kind: 'closed', wasRequestRead: false },
    'denied',
    'It closed the connection before it read the request',
  ],
  [
    'silence of a server at work',
    { kind: 'silent', receivedBytes: 0, isAlive: true },
    'too-slow',
    'It was still at work after 1000 ms',
  ],
  [
    'silence of a dead server',
    { kind: 'silent', receivedBytes: 0, isAlive: false },
    'stalled',
    'It took the request and was silent for 1000 ms',
  ],
  [
    'a stop in the middle',
    { kind: 'silent', receivedBytes: 17, isAlive: true },
    'stalled',
    'It stopped after 17 bytes of its answer, within 1000 ms',
  ],
];

for (const [title, given, verdict, reason] of table) {
  test(`judgeAnswer() judges ${title}: ${verdict}`, (t) => {
    t.deepEqual(judgeAnswer(given, witness, terms), { verdict, reason } as never);
  });
}

test('judgeAnswer() judges a right object up, and says by whom and for what it is', async (t) => {
  const object = await compileWitness(witness, ['gcc']);
  const judgement = judgeAnswer(answered(0, 'a warning\n', object), witness, terms);
  t.like(judgement, { verdict: 'up', target: 'x86_64' });
  t.regex(judgement.compiler ?? '', /^GCC: /);
});

test('judgeAnswer() judges status 0 without an object forged, or up when only the status counts', (t) => {
  t.is(judgeAnswer(answered(0, ''), witness, terms).verdict, 'forged');
  t.deepEqual(judgeAnswer(answered(0, ''), witness, { ...terms, verify: 'status' }), {
    verdict: 'up',
  });
});

test('judgeAnswer() never puts more than a line of a host’s words into a reason', (t) => {
  const { reason = '' } = judgeAnswer(answered(0x100, 'x'.repeat(100_000)), witness, terms);
  t.true(reason.length < 500);
});
