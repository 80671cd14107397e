import type { Stats } from './messages.ts';
import type { Machines } from './pool.ts';

/** Reasons may quote words of a command: more than so many are not told apart. */
const MAX_REASONS = 100;

/** Counts what became of the jobs. */
export class Tally {
  readonly #startedAt = new Date().toISOString();
  readonly #reasons = new Map<string, number>();
  #remote = 0;
  #audited = 0;
  #differences = 0;

  /** A host compiled a job. */
  countRemote(): void {
    this.#remote += 1;
  }

  /** @param why - one line; the same words for the same reason */
  countLocal(why: string): void {
    const isKnown = this.#reasons.has(why) || this.#reasons.size < MAX_REASONS;
    const reason = isKnown ? why : 'other reasons';
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
  }

  /** A job was compiled once more. */
  countAudit(isDifferent: boolean): void {
    this.#audited += 1;
    if (isDifferent) this.#differences += 1;
  }

  report(machines: Machines): Stats {
    const reasons = [...this.#reasons].map(([why, jobs]) => ({ why, jobs }));
    const remoteHosts = machines.all().filter(({ address }) => address !== '');
    return {
      startedAt: this.#startedAt,
      remote: this.#remote,
      local: reasons.reduce((sum, { jobs }) => sum + jobs, 0),
      localReasons: reasons.sort((left, right) => right.jobs - left.jobs),
      audited: this.#audited,
      differences: this.#differences,
      hosts: remoteHosts.map(({ name, address, port, jobs, failures, differences, medianMs }) => ({
        host: name,
        address: port === 0 ? address : `${address}:${port}`,
        jobs,
        failures,
        differences,
        ...(medianMs !== undefined && { medianMs: Math.round(medianMs) }),
      })),
    };
  }
}
