import { DistccError, exitCodes } from '../errors/index.ts';
import { describeStatus } from '../protocol/index.ts';
import type { CompileResponse } from '../protocol/index.ts';
import type { Service } from './service.ts';
import type { Outcome, RunningJob } from './stats.ts';

/** How a request ended, and what its client is told. */
export interface Answer {
  readonly outcome: Outcome;
  readonly response: CompileResponse;
  /** Why no compiler ended by itself. */
  readonly reason?: string;
}

/** One line for a request that was answered. */
export function tellAnswer(job: RunningJob, answer: Answer, ms: number, { log }: Service): void {
  const { client, compiler, source } = job;
  const { outcome, response, reason } = answer;
  const { status, object } = response;
  const elapsedMs = Math.round(ms);
  const head = `${client} ${compiler} ${source}: ${describeStatus(status)}, ${object.length} bytes in ${elapsedMs} ms`;
  const text = reason === undefined ? head : `${head}: ${reason}`;
  const fields = { client, compiler, source, outcome, status, bytes: object.length, elapsedMs };
  log(reason === undefined ? 'notice' : 'warning', text, { ...fields, ...(reason && { reason }) });
}

/**
 * One line for a connection that ended otherwise.
 * @returns the exit code that says so
 */
export function tellLoss(
  error: unknown,
  outcome: Outcome,
  client: string,
  service: Service,
): number {
  const reason = messageOf(error);
  service.stats.end(outcome);
  service.log('warning', `${client} ended without an answer: ${reason}`, {
    ...{ client, outcome, reason },
  });
  return error instanceof DistccError ? error.exitCode : exitCodes.ioError;
}

/** What a log or a client is told of an error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
