import { formatAddress } from '../net/index.ts';
import type { CompileResponse } from '../protocol/index.ts';
import { compilerOf, keepEvidence } from './audit-records.ts';
import type { KeptObject } from './audit-records.ts';
import type { AuditContext, AuditedJob } from './audited-job.ts';
import type { Place } from './slots.ts';
import type { Answer } from './try-hosts.ts';

/** What an audit found of one host's object. */
export interface Finding extends Answer {
  /** How it differs from the one it is held against; absent where it does not. */
  readonly differs?: string;
}

/** Keep what an audit caught, and say who it was, a line each. */
export function tellCaught(
  findings: readonly Finding[],
  here: CompileResponse,
  job: AuditedJob,
  context: AuditContext,
): void {
  const own = { name: 'here', host: 'localhost', address: '', bytes: here.object };
  const wrong = findings.filter(({ differs }) => differs !== undefined);
  const source = JSON.stringify(job.scan.source);
  const conclusion = `the object of ${source} by ${nameAll(wrong)} is not what the compiler here makes`;
  const kept = keep(conclusion, [...findings.map(objectOf), own], job, context);
  for (const finding of wrong) {
    const what = `the object of ${source} by ${describe(finding.place)} is not what the compiler here makes`;
    const why = `${finding.differs ?? ''}${nameCompilers(finding, here)}`;
    context.log(
      'alarm',
      `${what} (${why}): it is not used, its host is left alone for a day, and what that compiled before may be wrong too; ${kept}`,
    );
  }
}

/** Keep two objects that differ, and say that nobody knows which is right. */
export function tellUndecided(
  findings: readonly Finding[],
  job: AuditedJob,
  context: AuditContext,
): void {
  const source = JSON.stringify(job.scan.source);
  const conclusion = `the objects of ${source} by ${nameAll(findings)} differ, and the compiler here cannot say which is right`;
  const kept = keep(conclusion, findings.map(objectOf), job, context);
  context.log('alarm', `${conclusion}: neither is used, and nobody is left alone; ${kept}`);
}

/** @returns where it is to be found, or why not */
function keep(
  conclusion: string,
  objects: readonly KeptObject[],
  { words, scan, work }: AuditedJob,
  { settings, log }: AuditContext,
): string {
  const evidence = {
    ...{ conclusion, objects, words, source: scan.source, text: work.source },
    textExtension: scan.preprocessedExtension,
    objectExtension: scan.stage === 'object' ? '.o' : '.s',
  };
  try {
    return `see ${keepEvidence(settings.folder, evidence, new Date())}`;
  } catch (error) {
    log('info', `an audit cannot be kept: ${String(error)}`);
    return `the objects cannot be kept in ${settings.folder}`;
  }
}

function objectOf({ place, response, differs }: Finding, index: number): KeptObject {
  return {
    ...{ name: index === 0 ? 'first' : 'second', host: place.host.text, address: where(place) },
    ...{ bytes: response.object, ...(differs !== undefined && { differs }) },
  };
}

function nameAll(findings: readonly Finding[]): string {
  return findings.map(({ place }) => describe(place)).join(' and ');
}

/** The entry, and where it led to. */
function describe(place: Place): string {
  const entry = place.host.text.split(/[/,]/)[0] ?? '';
  return entry === where(place) ? entry : `${entry} (${where(place)})`;
}

/** A host behind ssh has no address but its name. */
function where({ address, port }: Place): string {
  return port === 0 ? address : formatAddress(address, port);
}

/** A farm of several versions is the harmless reason. */
function nameCompilers({ response }: Finding, here: CompileResponse): string {
  const [theirs, ours] = [response, here].map(({ object }) => compilerOf(object) ?? 'unknown');
  return theirs === ours ? '' : `; compilers are "${theirs ?? ''}" and "${ours ?? ''}"`;
}
