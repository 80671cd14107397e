/**
 * The results of much work at once, in the order in which they are ready. The stream ends when all work that
 * was added has ended, with what any of it throws first.
 */
export class Results<Result extends object> implements AsyncIterable<Result> {
  #ready: Result[] = [];
  #pendingCount = 0;
  #failure: { readonly error: unknown } | undefined;
  #isWaking = false;
  #wake = (): void => undefined;

  /** Work may add more while it goes on. */
  add(work: Promise<readonly Result[]>): void {
    this.#pendingCount += 1;
    work.then(
      (results) => {
        this.#ready.push(...results);
        this.#end();
      },
      (error: unknown) => {
        this.#failure ??= { error };
        this.#end();
      },
    );
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Result> {
    for (;;) {
      const batch = this.#ready;
      this.#ready = [];
      yield* batch;
      if (this.#ready.length > 0) continue;
      if (this.#failure !== undefined) throw this.#failure.error;
      if (this.#pendingCount === 0) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** What is ready in one go is given in one go: quicker than a result at a time. */
  #end(): void {
    this.#pendingCount -= 1;
    if (this.#isWaking) return;
    this.#isWaking = true;
    setImmediate(() => {
      this.#isWaking = false;
      this.#wake();
    });
  }
}
