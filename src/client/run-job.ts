import {
  isClang,
  remoteWords,
  scanCommand,
  textReason,
  withoutDependencyVariables,
} from '../compiler/index.ts';
import type { CommandScan, RemoteScan } from '../compiler/index.ts';
import { exitCodes } from '../errors/index.ts';
import { writeOut } from '../process/index.ts';
import { exitCodeOf } from '../protocol/index.ts';
import { auditIfDrawn } from './audited-job.ts';
import { objectFault } from './check-object.ts';
import { diagnose, isGarbled } from './diagnose.ts';
import type { DoneJob } from './diagnose.ts';
import type { JobContext } from './job-context.ts';
import { runLocally } from './local.ts';
import { openSlots } from './open-slots.ts';
import { preprocess } from './preprocess.ts';
import type { Preprocessed } from './preprocess.ts';
import { hasLostBytes } from './raw-words.ts';
import type { Slots } from './slots.ts';
import { tryHosts } from './try-hosts.ts';
import type { Answer, Outcome, Work } from './try-hosts.ts';
import { whyLocal } from './why-local.ts';
import { workingFolder } from './working-folder.ts';
import { writeObject } from './write-object.ts';

/**
 * One compilation, argv to object file: on a host of the list, or here.
 * @param words - the command, compiler first
 * @returns the exit code for distcc to end with
 * @throws {CompilerMissingError} when the compiler is not here either
 * @throws {IoError} when the object cannot be written
 */
export async function runJob(words: readonly string[], context: JobContext): Promise<number> {
  const scan = scanCommand(words);
  const [compiler = ''] = words;
  const isRemote = scan.kind === 'remote';
  const file = isRemote ? scan.source : (words.at(-1) ?? '');
  const slots = await openSlots({ compiler, file, isRemote }, context);
  try {
    return await runWithSlots(words, scan, { ...context, slots });
  } finally {
    slots.close();
  }
}

/** A job that has somebody to ask for slots. */
interface RunContext extends JobContext {
  readonly slots: Slots;
}

async function runWithSlots(
  words: readonly string[],
  scan: CommandScan,
  context: RunContext,
): Promise<number> {
  const reason = whyLocal(scan, context.env);
  if (scan.kind === 'local' || reason !== undefined) {
    return stay(words, reason ?? 'the command says so', context);
  }
  const turn = await context.slots.begin();
  if (turn === 'nowhere') return fallBack(words, 'no host', context, exitCodes.noHosts);
  if (turn === 'here') return runInPlace(words, context);
  const preprocessed = await preprocess(scan, context);
  if (preprocessed === undefined) return stay(words, 'the preprocessor failed', context);
  const job = { words, scan, preprocessed };
  return send(job, { ...context, env: withoutDependencyVariables(context.env) });
}

/** What is known of a job that is ready to be sent. */
type ReadyJob = Omit<Job, 'work'>;

async function send(job: ReadyJob, context: RunContext): Promise<number> {
  const { words, scan, preprocessed } = job;
  const reason = textReason(scan, preprocessed.text);
  if (reason !== undefined) return stay(words, reason, context);
  const folder = workingFolder(context);
  const isClangs = isClang(scan.compiler, preprocessed.text);
  if (isClangs && hasLostBytes([folder])) {
    return stay(words, 'the name of the working folder is not UTF-8', context);
  }
  const origin = { isClang: isClangs, ...(folder !== undefined && { folder }) };
  const work = {
    args: remoteWords(scan, origin),
    source: preprocessed.text,
    faultOf: (object: Uint8Array) => objectFault(object, scan, context),
  };
  const outcome = await tryHosts(work, context.slots, context);
  return conclude(outcome, { ...job, work }, context);
}

/** Compile here, in a slot of this machine. */
async function stay(words: readonly string[], why: string, context: RunContext): Promise<number> {
  context.log('info', `compiling here: ${why}`);
  await context.slots.stay(why);
  return runInPlace(words, context);
}

/** Compile here; the slot for it is held. */
async function runInPlace(words: readonly string[], context: RunContext): Promise<number> {
  const code = await runLocally(words, context);
  context.slots.end('here', code === 0 ? 'done' : 'rejected');
  return code;
}

interface Job {
  readonly words: readonly string[];
  readonly scan: RemoteScan;
  readonly preprocessed: Preprocessed;
  readonly work: Work;
}

async function conclude(outcome: Outcome, job: Job, context: RunContext): Promise<number> {
  const { words } = job;
  switch (outcome.kind) {
    case 'local':
      return runInPlace(words, context);
    case 'failed': {
      const code = exitCodeOf(outcome.response?.status ?? 0);
      return fallBack(words, 'no host compiled it', context, code || exitCodes.noHosts);
    }
    case 'answered':
      return believe(outcome, job, context);
  }
}

async function believe(answer: Answer, job: Job, context: RunContext): Promise<number> {
  const { response } = answer;
  const { skipsLocalRetry, fallsBack } = context.settings;
  const { words } = job;
  if (response.status === 0) return accept(answer, job, context);
  if (fallsBack && !skipsLocalRetry) {
    return stay(words, 'a host found an error: a second opinion', context);
  }
  const failed = { ...job, response };
  return finish(failed, messagesOf(failed));
}

/** A job, and what a host made of it. */
type AnsweredJob = Job & DoneJob;

async function accept(answer: Answer, job: Job, context: RunContext): Promise<number> {
  const { words } = job;
  const response = await auditIfDrawn({ ...job, answer }, context);
  if (response !== undefined) return print({ ...job, response }, context);
  return fallBack(words, 'two hosts made different objects', context, exitCodes.protocolError);
}

/** Leave the object, with messages in the words of the compiler here. */
async function print(job: AnsweredJob, context: RunContext): Promise<number> {
  const { words } = job;
  if (context.settings.takesHostMessages || !isGarbled(job)) return finish(job, messagesOf(job));
  await context.slots.stay(''); // the job itself is counted already
  const messages = await diagnose(job, context);
  if (messages === undefined && context.settings.fallsBack) return runInPlace(words, context);
  context.slots.end('here', 'rejected'); // that was too short to learn how quick this machine is
  return finish(job, messages ?? messagesOf(job));
}

/** What preprocessor and host said. */
function messagesOf({ preprocessed, response }: AnsweredJob): Uint8Array {
  return Buffer.concat([preprocessed.stderr, response.stderr]);
}

/** Leave what the host made, and print the messages in one piece. */
function finish({ scan, response }: AnsweredJob, messages: Uint8Array): number {
  const { status, object, stdout } = response;
  if (status === 0) writeObject(scan.output, object);
  writeOut(1, stdout);
  writeOut(2, messages);
  return exitCodeOf(status);
}

/** Compile here after all, unless DISTCC_FALLBACK=0 forbids it. */
function fallBack(
  words: readonly string[],
  why: string,
  context: RunContext,
  code: number,
): Promise<number> {
  if (context.settings.fallsBack) return stay(words, why, context);
  context.log('error', 'no host could compile this, and DISTCC_FALLBACK=0 forbids doing it here');
  return Promise.resolve(code);
}
