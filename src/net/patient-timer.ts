/** Whom a timer tells that the time is over. */
export interface LateWaiter {
  onLate(): void;
}

/**
 * A timer for those who wait for a peer: before it says that the time is over, what lies in the sockets is
 * read. After a stall of this process the event loop would run its timers first, and every answer that came
 * in the meantime would be late.
 */
export class PatientTimer {
  readonly #waiter: LateWaiter;
  #timeout: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;

  constructor(waiter: LateWaiter) {
    this.#waiter = waiter;
  }

  /** Starts anew when it runs. */
  start(ms: number): void {
    this.stop();
    this.#timeout = setTimeout(look, ms, this);
  }

  stop(): void {
    clearTimeout(this.#timeout);
    if (this.#immediate !== undefined) clearImmediate(this.#immediate);
    this.#immediate = undefined;
  }

  /** The time is over; what has come until now is read first. */
  lookLast(): void {
    this.#immediate = setImmediate(tell, this.#waiter);
  }
}

function look(timer: PatientTimer): void {
  timer.lookLast();
}

function tell(waiter: LateWaiter): void {
  waiter.onLate();
}
