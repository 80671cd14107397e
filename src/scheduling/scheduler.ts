import { chooseOption } from './choose.ts';
import type { Place } from './farm.ts';
import type { Gate } from './gate.ts';
import { statusOf } from './job.ts';
import type { Held, Job, Wait } from './job.ts';
import type { Ending, JobStatus, Phase, Stats } from './messages.ts';
import { Machine } from './pool.ts';
import type { Machines } from './pool.ts';
import { Tally } from './tally.ts';

/** An answer is overdue after so many times what was expected, and never sooner than this. */
const LATE_FACTOR = 4;
const LATE_MS = 1500;

/** The same for a machine that has not shown yet how quick it is. */
const LATE_UNKNOWN_MS = 5000;

/** Why a job of a list with `localhost` in it is here. */
const LISTED = 'the host list says localhost';

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
  readonly #here = new Machine('', 0, 'localhost');
  readonly #preprocessors = new Machine('', 0, 'localhost');
  readonly #tally = new Tally();
  #usualBytes = 300_000;

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  add(job: Job): void {
    this.#jobs.add(job);
  }

  /** A job asks for something and waits for it; the preprocessor it had is done. */
  ask(job: Job, wait: Wait): void {
    this.#release(job, ({ kind }) => kind === 'preprocessor');
    job.wait = wait;
    job.isLate = false;
    this.setPhase(job, 'Blocked');
    this.#waiting.add(job);
    this.pump();
  }

  /** How long a job's text is, once it is known. */
  measure(job: Job, bytes: number): void {
    job.bytes = bytes;
    this.#usualBytes += (bytes - this.#usualBytes) * 0.1;
  }

  /** What a job is taken for before its text is there. */
  get usualBytes(): number {
    return this.#usualBytes;
  }

  setPhase(job: Job, phase: Phase): void {
    job.phase = phase;
    job.phaseSinceMs = this.#options.now();
  }

  /** A job's time at a machine is over; this machine has no address. */
  end(job: Job, address: string, port: number, ending: Ending): void {
    const held = job.held.find(
      ({ machine, kind }) =>
        kind !== 'preprocessor' && machine.address === address && machine.port === port,
    );
    if (held === undefined) return;
    this.#judge(job, held, ending);
    this.#release(job, (each) => each === held);
    this.pump();
  }

  /** The client is gone, and with it whatever it held. */
  remove(job: Job): void {
    this.#jobs.delete(job);
    this.#waiting.delete(job);
    this.#release(job, () => true);
    this.pump();
  }

  /** Something changed: whoever can go on does. */
  pump(): void {
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
    return this.#tally.report(this.#options.machines);
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
    const { places, isPending } = this.#places(job);
    if (places.length === 0 && !isPending) return this.#giveUp(job);
    const place = this.#choose(job, places);
    if (place !== undefined && place.text === undefined) return this.#stay(job, place);
    if (this.#preprocessors.taken.size >= job.farm.list.localCppSlots) return false;
    this.#hold(job, this.#preprocessors, 'preprocessor');
    this.setPhase(job, 'Preprocess');
    job.send({ grant: 'preprocess' });
    return true;
  }

  #goHere(job: Job, why: string): boolean {
    if (this.#here.taken.size >= job.farm.list.localSlots) return false;
    this.#tally.countLocal(why);
    this.#hold(job, this.#here, 'here');
    this.setPhase(job, 'Compile');
    job.send({ grant: 'here' });
    return true;
  }

  #goToHost(job: Job): boolean {
    const { places, isPending } = this.#places(job);
    if (places.length === 0 && !isPending) return this.#giveUp(job);
    const place = this.#choose(job, places);
    if (place === undefined) return false;
    return place.text === undefined
      ? this.#stay(job, place)
      : this.#send(job, place, place.text, false);
  }

  #giveUp(job: Job): boolean {
    const { list } = job.farm;
    const isEmpty = list.hosts.length === 0 && list.sources.length === 0;
    const reason = isEmpty
      ? 'no hosts in $DISTCC_HOSTS or a hosts file'
      : 'no host of the list is good';
    const why = job.tried.size > 0 ? '' : reason;
    job.send({ grant: 'none', why });
    return true;
  }

  #places(job: Job): { places: readonly Place[]; isPending: boolean } {
    const { places, isPending } = job.farm.places(job.compiler);
    return { places: places.filter(({ machine }) => !job.tried.has(machine)), isPending };
  }

  #choose(job: Job, places: readonly Place[]): Place | undefined {
    const { random } = this.#options;
    return chooseOption(places, { bytes: job.bytes, waiting: this.#waiting.size, random });
  }

  #stay(job: Job, { machine }: Place): boolean {
    this.#tally.countLocal(LISTED);
    this.#hold(job, machine, 'here');
    this.setPhase(job, 'Compile');
    job.send({ grant: 'here' });
    return true;
  }

  #send(job: Job, { machine }: Place, text: string, isSecond: boolean): boolean {
    const { address, port } = machine;
    job.tried.add(machine);
    this.#hold(job, machine, 'host');
    if (!isSecond) this.setPhase(job, 'Connect');
    job.send({ grant: 'host', text, address, port, isSecond });
    return true;
  }

  #hold(job: Job, machine: Machine, kind: Held['kind']): void {
    const held = { machine, slot: machine.take(), sinceMs: this.#options.now(), kind };
    if (kind !== 'host') {
      job.held.push(held);
      return;
    }
    const expectedMs = machine.expectMs(job.bytes);
    const lateMs =
      expectedMs === undefined ? LATE_UNKNOWN_MS : Math.max(LATE_MS, expectedMs * LATE_FACTOR);
    const timer = setTimeout(() => void this.#becomeLate(job, machine), lateMs);
    job.held.push({ ...held, timer });
  }

  #release(job: Job, isOver: (held: Held) => boolean): void {
    for (const held of job.held.filter(isOver)) {
      held.machine.free(held.slot);
      clearTimeout(held.timer);
      job.held.splice(job.held.indexOf(held), 1);
    }
  }

  #judge(job: Job, { machine, sinceMs, kind }: Held, ending: Ending): void {
    switch (ending) {
      case 'done':
        if (kind === 'host') this.#tally.countRemote();
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
      const hosts = job.held.filter(({ kind }) => kind === 'host');
      if (!job.isLate || hosts.length !== 1) continue;
      const { places } = this.#places(job);
      const remote = places.filter(({ text, machine }) => text !== undefined && !machine.isSuspect);
      const place = this.#choose(job, remote);
      if (place?.text !== undefined) this.#send(job, place, place.text, true);
    }
  }
}
