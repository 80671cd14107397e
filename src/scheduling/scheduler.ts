import { chooseOption } from './choose.ts';
import type { Place } from './farm.ts';
import type { Gate } from './gate.ts';
import { isLateAtOneHost, statusOf } from './job.ts';
import type { Job, Wait } from './job.ts';
import { Ledger, LISTED } from './ledger.ts';
import type { AuditedWish, Ending, JobStatus, Phase, Stats } from './messages.ts';
import { Offers } from './offers.ts';
import type { Machine, Machines } from './pool.ts';

/** What {@link Scheduler} works with. */
export interface SchedulerOptions {
  readonly machines: Machines;
  readonly gate: Gate;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/**
 * Who may send a job where, and when: slots by address, waiters in order, nobody polls. A slot goes to
 * the first waiter that can use it.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #jobs = new Set<Job>();
  readonly #waiting = new Set<Job>();
  readonly #ledger: Ledger;
  readonly #offers = new Offers();

  constructor(options: SchedulerOptions) {
    this.#options = options;
    const onLate = (job: Job, machine: Machine): void => void this.#becomeLate(job, machine);
    this.#ledger = new Ledger({ ...options, onLate });
  }

  /** How long jobs' texts usually are. */
  get usualBytes(): number {
    return this.#ledger.usualBytes;
  }

  add(job: Job): void {
    this.#jobs.add(job);
  }

  /** A job asks for something and waits for it; the preprocessor it had is done. */
  ask(job: Job, wait: Wait): void {
    if (wait.for === 'host') this.#ledger.measure(job);
    this.#ledger.release(job, ({ kind }) => kind === 'preprocessor');
    job.wait = wait;
    job.isLate = false;
    this.setPhase(job, 'Blocked');
    this.#waiting.add(job);
    this.pump();
  }

  setPhase(job: Job, phase: Phase): void {
    job.phase = phase;
    job.phaseSinceMs = this.#options.now();
  }

  /** A job's time at a machine is over; this machine has no address. */
  end(job: Job, address: string, port: number, ending: Ending): void {
    this.#ledger.end(job, address, port, ending);
    this.pump();
  }

  /** A job's object was compared with another one. */
  endAudit(job: Job, { differing }: AuditedWish): void {
    this.#ledger.endAudit(job, differing);
  }

  /** The client is gone, and with it whatever it held. */
  remove(job: Job): void {
    this.#jobs.delete(job);
    this.#waiting.delete(job);
    this.#ledger.release(job, () => true);
    this.pump();
  }

  /** Something changed: whoever can go on does. */
  pump(): void {
    this.#offers.clear();
    for (const job of this.#waiting) {
      if (!this.#grant(job)) continue;
      this.#waiting.delete(job);
      job.wait = undefined;
    }
    if (this.#waiting.size === 0) this.#offerSeconds();
  }

  /** Tell those who wait that somebody is there. */
  reassure(): void {
    for (const job of this.#waiting) job.send({ grant: 'wait' });
  }

  get isIdle(): boolean {
    return this.#jobs.size === 0;
  }

  jobs(): JobStatus[] {
    return [...this.#jobs].map((job) => statusOf(job, this.#options.now()));
  }

  stats(): Stats {
    return this.#ledger.stats();
  }

  #grant(job: Job): boolean {
    switch (job.wait?.for) {
      case 'begin':
        return this.#begin(job);
      case 'here':
        return this.#goHere(job, job.wait.why);
      case 'host':
        return this.#goToHost(job);
      case undefined:
        return true;
    }
  }

  /** What goes to this machine's own place of the list needs no preprocessor. */
  #begin(job: Job): boolean {
    const { places, isPending } = this.#offers.find(job);
    if (places.length === 0 && !isPending) return this.#giveUp(job);
    const hasOwnPlace = places.some(({ text }) => text === undefined);
    const place = hasOwnPlace ? this.#choose(job, places) : undefined;
    if (place !== undefined && place.text === undefined) return this.#stay(job, place.machine);
    if (this.#ledger.preprocessors.taken.size >= job.farm.list.localCppSlots) return false;
    this.#ledger.holdPreprocessor(job);
    this.setPhase(job, 'Preprocess');
    job.send({ grant: 'preprocess' });
    return true;
  }

  #goHere(job: Job, why: string): boolean {
    const { here } = this.#ledger;
    return here.taken.size < job.farm.list.localSlots && this.#stay(job, here, why);
  }

  #goToHost(job: Job): boolean {
    const { places, isPending } = this.#offers.find(job);
    if (places.length === 0 && !isPending) return this.#giveUp(job);
    const place = this.#choose(job, places);
    if (place === undefined) return false;
    return place.text === undefined ? this.#stay(job, place.machine) : this.#send(job, place);
  }

  #giveUp(job: Job): boolean {
    job.send({ grant: 'none', why: job.tried.size > 0 ? '' : job.farm.whyNone });
    return true;
  }

  #choose(job: Job, places: readonly Place[]): Place | undefined {
    const { random } = this.#options;
    return chooseOption(places, { bytes: job.bytes, waiting: this.#waiting.size, random });
  }

  #stay(job: Job, machine: Machine, why = LISTED): boolean {
    this.#ledger.holdHere(job, machine, why);
    this.setPhase(job, 'Compile');
    job.send({ grant: 'here' });
    return true;
  }

  #send(job: Job, place: Place, isSecond = false): boolean {
    const { machine, text = '', route } = place;
    const { address, port } = machine;
    job.tried.add(machine);
    this.#ledger.holdHost(job, machine);
    if (!isSecond) this.setPhase(job, 'Connect');
    job.send({ grant: 'host', text, address, port, ...(route && { route }), isSecond });
    return true;
  }

  /** Is it the job, or the host? A host that does not even compile a witness gets no more jobs. */
  async #becomeLate(job: Job, machine: Machine): Promise<void> {
    job.isLate = true;
    this.pump();
    const doneBefore = machine.jobs;
    const options = { forgivesSilence: true };
    const isGood = await this.#options.gate.check(machine, job.compiler, options);
    const isSilent = !isGood && machine.jobs === doneBefore;
    if (isSilent && machine.hasLost) this.#options.gate.blame(machine);
    machine.isSuspect = isSilent && machine.taken.size > 0;
    this.pump();
  }

  /** Nobody waits: free slots are for the jobs that are late. */
  #offerSeconds(): void {
    for (const job of this.#jobs) {
      if (!isLateAtOneHost(job)) continue;
      const { places } = this.#offers.find(job);
      const remote = places.filter(({ text, machine }) => text !== undefined && !machine.isSuspect);
      const place = this.#choose(job, remote);
      if (place !== undefined) this.#send(job, place, true);
    }
  }
}
