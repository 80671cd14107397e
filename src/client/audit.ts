import { findDifference } from '../objects/find-difference.ts';
import type { CompileResponse } from '../protocol/index.ts';
import { tellCaught, tellUndecided } from './audit-report.ts';
import type { Finding } from './audit-report.ts';
import type { AuditContext, AuditedJob } from './audited-job.ts';
import { compileHere } from './compile-here.ts';
import { tryHosts } from './try-hosts.ts';
import type { Answer } from './try-hosts.ts';

/** Nobody waits for a second host longer than this, and so many times what the first one needed. */
const PATIENCE_MS = 10_000;
const PATIENCE = 3;

/** The second compilation here is by another name in another folder: what that changes is nobody's fault. */
const OTHER_NAME = 'distcc_audit';

/**
 * Compile a job once more, on another host or else here, and compare before the object is used. Where two
 * hosts differ, the compiler here decides: who made something else than it is benched.
 * @returns the answer to use; undefined when two hosts differ and nobody here can say who is right
 */
export async function audit(
  job: AuditedJob,
  context: AuditContext,
): Promise<CompileResponse | undefined> {
  const { slots, log } = context;
  const { answer, work } = job;
  log('info', `auditing what ${answer.place.host.text} compiled`);
  slots.beginAudit();
  const patienceMs = PATIENCE_MS + PATIENCE * answer.tookMs;
  const outcome = await tryHosts(work, slots, context, { except: answer.place, patienceMs });
  // A host that finds an error where another found none has no object to compare.
  const others = outcome.kind === 'answered' && outcome.response.status === 0 ? [outcome] : [];
  if (others.some(({ response }) => isSameObject(response, answer.response))) {
    return agree(answer.response, context);
  }
  if (outcome.kind !== 'local') await slots.stay('');
  try {
    return await judge([answer, ...others], job, context);
  } finally {
    slots.end('here', 'rejected'); // that is not how quick this machine is with a job
  }
}

/** Hold what hosts made against what the compiler here makes of the same text. */
async function judge(
  answers: readonly Answer[],
  job: AuditedJob,
  context: AuditContext,
): Promise<CompileResponse | undefined> {
  const { response, place } = job.answer;
  const here = await compileHere(job.work, context);
  if (here === undefined) return doWithout(answers, job, context);
  const findings = answers.map((answer) => compare(answer, here));
  const caught = findings.filter(({ differs }) => differs !== undefined);
  if (caught.length === 0) return agree(response, context);
  const again = await compileHere(job.work, context, OTHER_NAME);
  if (again === undefined || !isSameObject(again, here)) {
    context.log('info', 'no audit: two compilations here make different objects, too');
    return here;
  }
  const source = JSON.stringify(job.scan.source);
  for (const { place: wrong } of caught) {
    const reason = `audit: its object of ${source} is not what the compiler here makes`;
    context.blacklist.bench(wrong.address, wrong.port, reason);
  }
  context.slots.endAudit(caught.map(({ place: wrong }) => wrong));
  tellCaught(findings, here, job, context);
  return caught.some((finding) => finding.place === place) ? here : response;
}

/** Nobody is benched where nobody is known to be wrong. */
function doWithout(
  answers: readonly Answer[],
  job: AuditedJob,
  context: AuditContext,
): CompileResponse | undefined {
  const { response } = job.answer;
  if (answers.length === 1) {
    context.log('info', 'no audit: there is no other host, and no compiler for it here');
    return response;
  }
  context.slots.endAudit(undefined);
  const findings = answers.map((answer) => compare(answer, response));
  tellUndecided(findings, job, context);
  return undefined;
}

function compare(answer: Answer, { object }: CompileResponse): Finding {
  const differs = findDifference(answer.response.object, object);
  return { ...answer, ...(differs !== undefined && { differs }) };
}

function isSameObject(left: CompileResponse, right: CompileResponse): boolean {
  return findDifference(left.object, right.object) === undefined;
}

function agree(response: CompileResponse, { slots, log }: AuditContext): CompileResponse {
  log('info', 'the audit found equal objects');
  slots.endAudit([]);
  return response;
}
