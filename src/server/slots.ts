import { DistccError, exitCodes } from '../errors/index.ts';
import { onAbort, reasonOf } from '../net/index.ts';

/** A server that has too much to do: the client may go elsewhere at once. */
export class BusyError extends DistccError {
  override readonly name = 'BusyError';
  readonly exitCode = exitCodes.busy;
  readonly isAccidental = true;
}

/** How many jobs run, and how many wait for how long. */
export interface SlotOptions {
  readonly jobs: number;
  readonly maxQueue: number;
  /** In milliseconds. */
  readonly maxWaitMs: number;
  /** Why no job may start or wait now, if so: load, memory. */
  readonly overload: () => string | undefined;
}

/** The slots of a daemon. Clients take turns: one with a hundred jobs does not hold up one with a single job. */
export class Slots {
  readonly #options: SlotOptions;
  readonly #waiting = new Map<string, Set<() => void>>();
  #running = 0;

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  /** Jobs that run. */
  get running(): number {
    return this.#running;
  }

  /** Jobs that wait. */
  get queued(): number {
    let count = 0;
    for (const { size } of this.#waiting.values()) count += size;
    return count;
  }

  /**
   * Run a job when a slot is free.
   * @param client - whose turn it takes
   * @param leaving - aborted when nobody wants the job any more; one that runs must end by itself
   * @throws {BusyError} when it cannot run soon
   */
  async run<T>(client: string, leaving: AbortSignal, job: () => Promise<T>): Promise<T> {
    leaving.throwIfAborted();
    const overload = this.#options.overload();
    if (overload !== undefined) throw new BusyError(`Too busy: ${overload}`);
    if (this.#running >= this.#options.jobs) await this.#wait(client, leaving);
    else this.#running += 1;
    try {
      return await job();
    } finally {
      this.#pass();
    }
  }

  #wait(client: string, leaving: AbortSignal): Promise<void> {
    const { jobs, maxQueue, maxWaitMs } = this.#options;
    if (this.queued >= maxQueue) {
      throw new BusyError(`Too busy: ${jobs} jobs run and ${maxQueue} wait`);
    }
    return new Promise((resolve, reject) => {
      const end = (error?: Error): void => {
        clearTimeout(timer);
        takeBack();
        this.#forget(client, enter);
        if (error === undefined) resolve();
        else reject(error);
      };
      const enter = (): void => {
        end();
      };
      const timer = setTimeout(() => {
        end(new BusyError(`Too busy: no slot was free for ${maxWaitMs} ms`));
      }, maxWaitMs);
      const takeBack = onAbort(leaving, () => {
        end(reasonOf(leaving));
      });
      this.#waiting.set(client, (this.#waiting.get(client) ?? new Set()).add(enter));
    });
  }

  #forget(client: string, enter: () => void): void {
    const own = this.#waiting.get(client);
    own?.delete(enter);
    if (own?.size === 0) this.#waiting.delete(client);
  }

  /** The slot goes to the first job of the client whose turn is next; that client then stands last. */
  #pass(): void {
    for (const [client, own] of this.#waiting) {
      const [enter] = own;
      this.#waiting.delete(client);
      this.#waiting.set(client, own);
      enter?.();
      return;
    }
    this.#running -= 1;
  }
}
