/** How much a wait grows with each try: a lost packet costs little, a dead server gets 9 packets in 3 s. */
const BACKOFF = 1.3;
const MAX_RESEND_MS = 1000;

/** Where a server's waits start. */
export interface RoundTripOptions {
  readonly firstResendMs: number;
  readonly floorMs: number;
}

/** What is known of the way to one server and back, smoothed as TCP does it (RFC 6298). */
export class RoundTrip {
  readonly #options: RoundTripOptions;
  #smoothedMs: number | undefined;
  #variationMs = 0;

  constructor(options: RoundTripOptions) {
    this.#options = options;
  }

  /** @param elapsedMs - from one sending to the answer to that very sending */
  observe(elapsedMs: number): void {
    if (this.#smoothedMs === undefined) {
      this.#smoothedMs = elapsedMs;
      this.#variationMs = elapsedMs / 2;
      return;
    }
    const error = elapsedMs - this.#smoothedMs;
    this.#variationMs += (Math.abs(error) - this.#variationMs) / 4;
    this.#smoothedMs += error / 8;
  }

  /**
   * How long to wait for an answer before asking again.
   * @param tryCount - how often the question has been sent, from 1
   */
  resendMs(tryCount: number): number {
    const { firstResendMs, floorMs } = this.#options;
    const measured = this.#smoothedMs;
    const base = measured === undefined ? firstResendMs : 2 * measured + 4 * this.#variationMs;
    return Math.min(Math.max(base, floorMs) * BACKOFF ** (tryCount - 1), MAX_RESEND_MS);
  }
}
