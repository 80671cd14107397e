import type { Readable, Writable } from 'node:stream';
import { isSourceName } from '../compiler/index.ts';
import { exitCodes, DistccError, ProtocolError, TimeoutError } from '../errors/index.ts';
import { onAbort, reasonOf } from '../net/index.ts';
import { exitCodeOf } from '../protocol/index.ts';
import type { CompileRequest, CompileResponse } from '../protocol/index.ts';
import { admit } from './admit.ts';
import type { AdmittedJob } from './admit.ts';
import { compile, failure } from './compile.ts';
import { compilePump } from './compile-pump.ts';
import { receive } from './receive.ts';
import { sendAnswer } from './send-answer.ts';
import type { Service } from './service.ts';
import { BusyError } from './slots.ts';
import type { Outcome, RunningJob } from './stats.ts';
import { messageOf, tellAnswer, tellLoss } from './tell.ts';
import type { Answer } from './tell.ts';

/** Somebody who wants a compilation: a connection, or standard input and output. */
export interface Peer {
  readonly input: Readable;
  /** The same as `input` for a connection. */
  readonly output: Writable;
  /** For people: address and port. */
  readonly name: string;
  /** Whose turn its jobs take. */
  readonly address: string;
}

/**
 * Serve one connection from accept to answer; failures are logged, never thrown.
 * @returns the exit code for a server of this one job: the compiler's own, or why there was none
 */
export async function serveConnection(peer: Peer, service: Service): Promise<number> {
  const reception = await receive(peer.input, service);
  const { request, version, error } = reception;
  try {
    if (request !== undefined) return await serveRequest(request, peer, service);
    if (error === undefined) return 0; // somebody only knocked
    if (version !== undefined && isToldEarly(error))
      return await refuseEarly(error, version, peer, service);
    return tellLoss(error, lossOf(error), peer.name, service);
  } finally {
    service.hold(-reception.heldBytes);
    peer.input.destroy();
    peer.output.destroy();
  }
}

async function serveRequest(
  request: CompileRequest,
  peer: Peer,
  service: Service,
): Promise<number> {
  const startedAtMs = performance.now();
  const [compiler = '?'] = request.args;
  const job = service.stats.begin(peer.name, compiler, request.args.find(isSourceName) ?? '?');
  const { signal, takeBack } = watchLeaving(peer.input, service.stopping);
  try {
    const answer = await findAnswer(request, { job, peer, service, signal });
    takeBack();
    service.stats.end(answer.outcome);
    tellAnswer(job, answer, performance.now() - startedAtMs, service);
    job.phase = 'answering';
    await sendAnswer(peer, answer.response, service);
    return exitCodeOf(answer.response.status);
  } catch (error) {
    return tellLoss(error, 'client-gone', peer.name, service);
  } finally {
    takeBack();
    service.stats.jobs.delete(job);
  }
}

/** distcc keeps its write side open until the answer is complete: its end means that nobody waits. */
function watchLeaving(input: Readable, stopping: AbortSignal) {
  const gone = new AbortController();
  const leave = (): void => {
    gone.abort(new TimeoutError('The client went away'));
  };
  input.once('end', leave).once('close', leave).once('error', leave).resume();
  if (input.readableEnded || input.destroyed) leave();
  const takeStopBack = onAbort(stopping, () => {
    gone.abort(reasonOf(stopping));
  });
  const takeBack = (): void => {
    takeStopBack();
    input.off('end', leave).off('close', leave); // who leaves with an answer is not gone
  };
  return { signal: gone.signal, takeBack };
}

/** All that a job needs while it runs. */
interface JobContext {
  readonly job: RunningJob;
  readonly peer: Peer;
  readonly service: Service;
  readonly signal: AbortSignal;
}

async function findAnswer(request: CompileRequest, context: JobContext): Promise<Answer> {
  const { peer, service, signal } = context;
  const admission = admit(request, service);
  if (admission.kind === 'refused') {
    const { reason } = admission;
    const response = failure(request.version, exitCodes.compilerMissing, reason);
    return { outcome: 'refused', response, reason };
  }
  try {
    return await service.slots.run(peer.address, signal, () => run(request, admission, context));
  } catch (error) {
    signal.throwIfAborted();
    return answerOf(error, request.version);
  }
}

async function run(
  request: CompileRequest,
  { scan, compiler, extraWords }: AdmittedJob,
  { job, service, signal }: JobContext,
): Promise<Answer> {
  const { limits, stats, prepareFolder, run: runCompiler } = service;
  const startedAtMs = stats.now();
  job.phase = 'compiling';
  prepareFolder();
  const options = {
    compiler,
    extraWords,
    limits,
    run: runCompiler,
    lifetimeMs: limits.jobLifetimeMs,
    signal,
  };
  const response =
    request.version === 3
      ? await compilePump(request, scan, options)
      : await compile(request, scan, options);
  const isOk = response.status === 0;
  stats.compiled(job, startedAtMs, isOk);
  return { outcome: isOk ? 'ok' : 'compile-failed', response };
}

function answerOf(error: unknown, version: CompileResponse['version']): Answer {
  const reason = messageOf(error);
  const code = error instanceof DistccError ? error.exitCode : exitCodes.ioError;
  const outcome =
    error instanceof BusyError ? 'busy' : code === exitCodes.timeout ? 'timeout' : 'other';
  return { outcome, response: failure(version, code, reason), reason };
}

/** Too large, or not the protocol: said by who speaks it well enough to be answered. */
function isToldEarly(error: unknown): error is DistccError {
  return error instanceof ProtocolError || error instanceof BusyError;
}

async function refuseEarly(
  error: DistccError,
  version: CompileResponse['version'],
  peer: Peer,
  service: Service,
): Promise<number> {
  const outcome = error instanceof BusyError ? 'busy' : 'bad-request';
  tellLoss(error, outcome, peer.name, service);
  await sendAnswer(peer, failure(version, error.exitCode, error.message), service, {
    isEarly: true,
  });
  return error.exitCode;
}

function lossOf(error: unknown): Outcome {
  return error instanceof ProtocolError ? 'bad-request' : 'client-gone';
}
