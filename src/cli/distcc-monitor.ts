import { setTimeout as sleep } from 'node:timers/promises';
import { listDifferences } from '../client/audit-records.ts';
import type { Difference } from '../client/audit-records.ts';
import type { Settings } from '../client/index.ts';
import { ArgumentError } from '../errors/index.ts';
import { openBroker } from '../scheduling/index.ts';
import type { JobStatus, Stats } from '../scheduling/index.ts';

/** Between two looks of `--status --watch`. */
const WATCH_MS = 1000;

const NO_STATS: Stats = {
  ...{ startedAt: '', remote: 0, local: 0, localReasons: [] },
  ...{ audited: 0, differences: 0, hosts: [] },
};

/** What this user's jobs are doing now; none where there is no broker. */
export async function askJobs(settings: Settings): Promise<readonly JobStatus[]> {
  const opened = await openBroker(settings.folder, { wish: 'jobs' });
  opened?.broker.close();
  return opened?.first.grant === 'jobs' ? opened.first.jobs : [];
}

/**
 * `distcc --status [--json] [--watch]`.
 * @throws {ArgumentError} on another word
 * @throws the signal's reason when it aborts
 */
export async function showStatus(
  words: readonly string[],
  settings: Settings,
  signal: AbortSignal,
): Promise<void> {
  checkWords('--status', words, ['--json', '--watch']);
  for (;;) {
    const jobs = await askJobs(settings);
    const json = `${JSON.stringify({ version: 1, jobs })}\n`;
    process.stdout.write(words.includes('--json') ? json : renderJobs(jobs));
    if (!words.includes('--watch')) return;
    await sleep(WATCH_MS, undefined, { signal });
  }
}

/**
 * `distcc --stats [--json]`.
 * @throws {ArgumentError} on another word
 */
export async function showStats(words: readonly string[], settings: Settings): Promise<void> {
  checkWords('--stats', words, ['--json']);
  const opened = await openBroker(settings.folder, { wish: 'stats' });
  opened?.broker.close();
  const stats = opened?.first.grant === 'stats' ? opened.first.stats : NO_STATS;
  const keptDifferences = listDifferences(settings.folder);
  const json = `${JSON.stringify({ version: 1, ...stats, keptDifferences })}\n`;
  const text = `${renderStats(stats)}${renderDifferences(keptDifferences)}`;
  process.stdout.write(words.includes('--json') ? json : text);
}

/** `distcc --stop`: end this user's broker, and wait until it is gone. */
export async function stopBroker(settings: Settings): Promise<void> {
  const opened = await openBroker(settings.folder, { wish: 'jobs' });
  await opened?.broker.ask({ wish: 'stop' }).catch(() => undefined); // its end is the answer
}

/** The jobs as distccmon-text prints them (fact sheet 4.8), by host and slot. */
export function renderJobs(jobs: readonly JobStatus[]): string {
  const sorted = jobs.toSorted(
    (left, right) => left.host.localeCompare(right.host) || left.slot - right.slot,
  );
  const lines = sorted.map(({ pid, phase, file, host, slot }) => {
    const what = `${String(pid).padStart(6)}  ${phase.padEnd(10)}  ${file.padEnd(30)}`;
    return `${what} ${host.padStart(24)}[${slot}]\n`;
  });
  return `${lines.join('')}\n`;
}

function renderStats(stats: Stats): string {
  const { remote, local, localReasons, hosts, startedAt } = stats;
  if (startedAt === '') return 'No broker is running: nothing was counted\n';
  const lines = [
    `Since ${startedAt}: ${remote} remote, ${local} local${renderAudits(stats)}`,
    ...localReasons.map(({ why, jobs }) => `  ${String(jobs).padStart(6)}  here: ${why}`),
    ...hosts.map(({ host, jobs, failures, differences, medianMs }) => {
      const time = medianMs === undefined ? '' : `, ${medianMs} ms`;
      const failed = failures === 0 ? '' : `, ${failures} failed`;
      const wrong = differences === 0 ? '' : `, ${differences} wrong`;
      return `  ${String(jobs).padStart(6)}  ${host}${time}${failed}${wrong}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}

function renderAudits({ audited, differences }: Stats): string {
  return audited === 0 ? '' : `, ${audited} audited with ${differences} different`;
}

/** They outlive the broker: whoever looks for the first time a day later has to find them. */
function renderDifferences(differences: readonly Difference[]): string {
  return differences
    .map(({ at, conclusion, kept }) => `${at}: ${conclusion}; see ${kept}\n`)
    .join('');
}

function checkWords(option: string, words: readonly string[], known: readonly string[]): void {
  const wrong = words.find((word) => !known.includes(word));
  if (wrong === undefined) return;
  throw new ArgumentError(`Cannot take "${wrong}" after ${option}: want ${known.join(' or ')}`);
}
