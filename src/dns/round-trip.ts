/** How much a wait grows with each try. */
const BACKOFF = 1.3;

/**
 * However slow the way, a name is asked for about 12 times in 3 s: with every fifth packet lost each way
 * one name in 200,000 then has no answer. (With 1000 ms here it was one in 20 on a slow machine.)
 */
const MAX_RESEND_MS = 250;

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
    const growing = Math.max(base, floorMs) * BACKOFF ** (tryCount - 1);
    return Math.min(growing, Math.max(MAX_RESEND_MS, firstResendMs, floorMs));
  }
}
