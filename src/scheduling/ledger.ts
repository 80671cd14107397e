import type { Gate } from './gate.ts';
import type { Held, Job } from './job.ts';
import type { AuditedWish, Ending, Stats } from './messages.ts';
import { Machine } from './pool.ts';
import type { Machines } from './pool.ts';
import { Tally } from './tally.ts';

/** An answer is overdue after so many times what was expected, and never sooner than this. */
const LATE_FACTOR = 4;
const LATE_MS = 1500;

/** The same for a machine that has not shown yet how quick it is. */
const LATE_UNKNOWN_MS = 5000;

/** Why a job of a list with `localhost` in it is here. */
export const LISTED = 'the host list says localhost';

/** What {@link Ledger} works with. */
export interface LedgerOptions {
  readonly machines: Machines;
  readonly gate: Gate;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  /** Called when a host should have answered a job by now. */
  readonly onLate: (job: Job, machine: Machine) => void;
}

/** Who holds which slot, and what came of it. */
export class Ledger {
  /** What can only run on this machine. */
  readonly here = new Machine('', 0, 'localhost');
  readonly preprocessors = new Machine('', 0, 'localhost');
  readonly #options: LedgerOptions;
  readonly #tally = new Tally();
  #usualBytes = 300_000;

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  /** What a job is taken for before its text is there. */
  get usualBytes(): number {
    return this.#usualBytes;
  }

  /** A job's length is known now. */
  measure({ bytes }: Job): void {
    this.#usualBytes += (bytes - this.#usualBytes) * 0.1;
  }

  /** @param why - one line: why the job is here and not elsewhere; empty for a part of it that does not count */
  holdHere(job: Job, machine: Machine, why: string): void {
    if (why !== '' && !job.isAudit) this.#tally.countLocal(why);
    this.#hold(job, machine, 'here');
  }

  holdPreprocessor(job: Job): void {
    this.#hold(job, this.preprocessors, 'preprocessor');
  }

  holdHost(job: Job, machine: Machine): void {
    const expectedMs = machine.expectMs(job.bytes);
    const lateMs =
      expectedMs === undefined ? LATE_UNKNOWN_MS : Math.max(LATE_MS, expectedMs * LATE_FACTOR);
    const timer = setTimeout(() => {
      this.#options.onLate(job, machine);
    }, lateMs);
    this.#hold(job, machine, 'host', timer);
  }

  /** A job's time at a machine is over; this machine has no address. */
  end(job: Job, address: string, port: number, ending: Ending): void {
    const held = job.held.find(
      ({ machine, kind }) =>
        kind !== 'preprocessor' && machine.address === address && machine.port === port,
    );
    if (held === undefined) return;
    this.#judge(job, held, ending);
    this.release(job, (each) => each === held);
  }

  /** @param differing - hosts whose objects are wrong; undefined when nobody knows which is right */
  endAudit(job: Job, differing: AuditedWish['differing']): void {
    job.isAudit = false;
    this.#tally.countAudit(differing?.length !== 0);
    for (const { address, port } of differing ?? []) {
      const machine = [...job.tried].find((each) => each.address === address && each.port === port);
      if (machine !== undefined) machine.differences += 1;
    }
    this.#options.gate.forget(); // the client has told the blacklist
  }

  release(job: Job, isOver: (held: Held) => boolean): void {
    for (const held of job.held.filter(isOver)) {
      held.machine.free(held.slot);
      clearTimeout(held.timer);
      job.held.splice(job.held.indexOf(held), 1);
    }
  }

  stats(): Stats {
    return this.#tally.report(this.#options.machines);
  }

  #hold(job: Job, machine: Machine, kind: Held['kind'], timer?: NodeJS.Timeout): void {
    const held = { machine, slot: machine.take(), sinceMs: this.#options.now(), kind };
    job.held.push(timer === undefined ? held : { ...held, timer });
  }

  #judge(job: Job, { machine, sinceMs, kind }: Held, ending: Ending): void {
    switch (ending) {
      case 'done':
        if (kind === 'host' && !job.isAudit) this.#tally.countRemote();
        machine.learn(job.bytes, this.#options.now() - sinceMs);
        return;
      case 'rejected':
        machine.isSuspect = false;
        return;
      case 'failed':
        machine.failures += 1;
        this.#options.gate.forget(); // the client has told the blacklist
        return;
      case 'lost':
        machine.hasLost = true;
        if (machine.isSuspect) this.#options.gate.blame(machine);
        return;
    }
  }
}
