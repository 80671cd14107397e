import type { RemoteScan } from '../compiler/index.ts';
import type { CompileResponse } from '../protocol/index.ts';
import type { JobContext } from './job-context.ts';
import type { Slots } from './slots.ts';
import type { Answer, Work } from './try-hosts.ts';

/** A job that a host has done. */
export interface AuditedJob {
  readonly words: readonly string[];
  readonly scan: RemoteScan;
  readonly work: Work;
  readonly answer: Answer;
}

/** What an audit has to work with. */
export interface AuditContext extends JobContext {
  readonly slots: Slots;
}

/**
 * Audit a job when it is drawn. That is decided when the answer is there, so that no host can know before;
 * what it needs is loaded only then.
 * @returns the answer to use, or undefined when none can be
 */
export async function auditIfDrawn(
  job: AuditedJob,
  context: AuditContext,
): Promise<CompileResponse | undefined> {
  const { auditShare } = context.settings;
  if (auditShare === 0) return job.answer.response;
  const { isDrawn } = await import('./draw.ts');
  if (!isDrawn(auditShare)) return job.answer.response;
  const { audit } = await import('./audit.ts');
  return audit(job, context);
}
