import fs from 'node:fs';
import path from 'node:path';
import type { Blacklist } from '../blacklist/index.ts';
import { readsMoreFiles, remoteWords, scanCommand } from '../compiler/index.ts';
import type { CommandScan, RemoteScan } from '../compiler/index.ts';
import { exitCodes, HostSpecError } from '../errors/index.ts';
import type { HostSpec } from '../hosts/index.ts';
import { exitCodeOf } from '../protocol/index.ts';
import type { CompileResponse } from '../protocol/index.ts';
import { looksLikeObject } from '../objects/index.ts';
import { findHostList } from './host-list.ts';
import { orderHosts } from './host-order.ts';
import { runLocally } from './local.ts';
import type { LocalOptions } from './local.ts';
import type { Log } from './log.ts';
import { preprocess } from './preprocess.ts';
import type { Preprocessed } from './preprocess.ts';
import type { Settings } from './settings.ts';
import { tryHosts } from './try-hosts.ts';
import type { Outcome } from './try-hosts.ts';
import { writeObject } from './write-object.ts';

/** What a job runs in. */
export interface JobContext extends LocalOptions {
  readonly settings: Settings;
  /** Whose failures every client and lsdistcc of this user share. */
  readonly blacklist: Blacklist;
  readonly log: Log;
}

/**
 * One compilation, argv to object file: on a host of the list, or here.
 * @param words - the command, compiler first
 * @returns the exit code for distcc to end with
 * @throws {CompilerMissingError} when the compiler is not here either
 * @throws {IoError} when the object cannot be written
 */
export async function runJob(words: readonly string[], context: JobContext): Promise<number> {
  const { log } = context;
  const scan = scanCommand(words);
  const reason = whyLocal(scan);
  if (scan.kind === 'local' || reason !== undefined) {
    log('info', `compiling here: ${reason ?? 'the command says so'}`);
    return runLocally(words, context);
  }
  const order = readHosts(context);
  if (order === undefined) return fallBack(words, context, exitCodes.noHosts);
  if (order[0]?.kind === 'local') return runLocally(words, context);
  const preprocessed = await preprocess(scan, context);
  if (preprocessed === undefined) return runLocally(words, context);
  if (readsMoreFiles(preprocessed.text)) {
    log('info', 'compiling here: the text reads more files of this machine');
    return runLocally(words, context);
  }
  const request = { args: remoteWords(scan), source: preprocessed.text };
  const outcome = await tryHosts(request, order, context);
  return conclude(outcome, { words, scan, preprocessed }, context);
}

/** Why a command must run here, or undefined. */
function whyLocal(scan: CommandScan): string | undefined {
  if (scan.kind === 'local') return scan.reason;
  const { output } = scan;
  const isWritable = output !== '' && canWriteIn(path.dirname(output)) && !isOddPlace(output);
  return isWritable ? undefined : `"${output}" cannot be written`; // the compiler has its own words for that
}

function canWriteIn(folder: string): boolean {
  try {
    fs.accessSync(folder, fs.constants.W_OK | fs.constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A folder, or a link, which compilers and assemblers treat in different ways. */
function isOddPlace(file: string): boolean {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  return stat !== undefined && (stat.isDirectory() || stat.isSymbolicLink());
}

/** The hosts in the order they are tried, at least one; or undefined, and a line that says why. */
function readHosts(context: JobContext): readonly HostSpec[] | undefined {
  try {
    const { hosts = [] } = findHostList(context.settings) ?? {};
    const order = orderHosts({ hosts }, Math.random);
    if (order.length > 0) return order;
    const reason =
      hosts.length > 0
        ? 'every host of the list is down'
        : 'no hosts in $DISTCC_HOSTS or a hosts file';
    context.log('warning', `${reason}: can't distribute work`);
  } catch (error) {
    if (!(error instanceof HostSpecError)) throw error;
    context.log('warning', `${error.message}: can't distribute work`);
  }
  return undefined;
}

interface Job {
  readonly words: readonly string[];
  readonly scan: RemoteScan;
  readonly preprocessed: Preprocessed;
}

async function conclude(outcome: Outcome, job: Job, context: JobContext): Promise<number> {
  const { words } = job;
  switch (outcome.kind) {
    case 'local':
      return runLocally(words, context);
    case 'failed': {
      const code = exitCodeOf(outcome.response?.status ?? 0);
      return fallBack(words, context, code || exitCodes.noHosts);
    }
    case 'answered':
      return believe(outcome.response, job, context);
  }
}

async function believe(
  response: CompileResponse,
  { words, scan, preprocessed }: Job,
  context: JobContext,
): Promise<number> {
  const { skipsLocalRetry, fallsBack } = context.settings;
  const isDone = response.status === 0;
  if (!isDone && fallsBack && !skipsLocalRetry) return runLocally(words, context);
  if (isDone && scan.stage === 'object' && !looksLikeObject(response.object)) {
    context.log('warning', 'what the host sent back is no object file');
    return fallBack(words, context, exitCodes.protocolError);
  }
  if (isDone) writeObject(scan.output, response.object);
  process.stdout.write(response.stdout);
  process.stderr.write(Buffer.concat([preprocessed.stderr, response.stderr]));
  return exitCodeOf(response.status);
}

/** Compile here after all, unless DISTCC_FALLBACK=0 forbids it. */
function fallBack(words: readonly string[], context: JobContext, code: number): Promise<number> {
  if (context.settings.fallsBack) return runLocally(words, context);
  context.log('error', 'no host could compile this, and DISTCC_FALLBACK=0 forbids doing it here');
  return Promise.resolve(code);
}
