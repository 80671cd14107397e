import type { Phase } from '../scheduling/index.ts';

/** A phase that is over by then is told to nobody: each telling wakes the broker. */
const SHORT_PHASE_MS = 20;

/** Tells what a job is at, as far as that lasts. */
export class PhaseClock {
  readonly #tell: ((phase: Phase) => void) | undefined;
  #phase: Phase | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: ((phase: Phase) => void) | undefined) {
    this.#tell = tell;
  }

  /** The job is at this now; what it was at before is over. */
  enter(phase: Phase): void {
    if (phase === this.#phase) return;
    this.#phase = phase;
    this.stop();
    this.#timer = setTimeout(() => this.#tell?.(phase), SHORT_PHASE_MS);
  }

  /** Nothing more is to be told. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
