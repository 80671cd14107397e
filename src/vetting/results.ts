import { Bell } from '../net/index.ts';

/**
 * What comes of work on many items, so many at once, in the order in which it is ready; with what any of it
 * throws first, once the results before are out.
 */
export class Results<Item extends object, Result extends object> implements AsyncIterable<
  readonly Result[]
> {
  readonly #atOnce: number;
  readonly #work: (item: Item) => Promise<readonly Result[]>;
  readonly #items: Item[] = [];
  #startedCount = 0;
  #doneCount = 0;
  #ready: Result[] = [];
  #isComplete = false;
  #failure: { readonly error: unknown } | undefined;
  readonly #bell = new Bell();

  constructor(atOnce: number, work: (item: Item) => Promise<readonly Result[]>) {
    this.#atOnce = atOnce;
    this.#work = work;
  }

  /** One item more: its work begins at once, or when it is its turn. */
  add(item: Item): void {
    this.#items.push(item);
    this.#startNext();
  }

  /** @param adding - when it has ended, nothing is added any more */
  endAfter(adding: Promise<void>): void {
    adding.then(() => {
      this.#isComplete = true;
      this.#bell.ring();
    }, this.#fail);
  }

  /** What is ready in one go is given in one go: a result at a time takes longer than the work for it. */
  async *[Symbol.asyncIterator](): AsyncGenerator<readonly Result[]> {
    for (;;) {
      const batch = this.#ready;
      this.#ready = [];
      if (batch.length > 0) yield batch;
      if (this.#ready.length > 0) continue;
      if (this.#failure !== undefined) throw this.#failure.error;
      if (this.#isComplete && this.#doneCount === this.#items.length) return;
      await this.#bell.heard();
    }
  }

  #startNext(): void {
    if (this.#startedCount - this.#doneCount >= this.#atOnce) return;
    const item = this.#items[this.#startedCount];
    if (item === undefined) return;
    this.#startedCount += 1;
    this.#work(item).then(this.#finish, this.#fail);
  }

  // For all items the same functions: each made anew costs as much as a step of the work.
  readonly #finish = (results: readonly Result[]): void => {
    this.#doneCount += 1;
    this.#ready.push(...results);
    this.#bell.ring();
    this.#startNext();
  };

  readonly #fail = (error: unknown): void => {
    this.#failure ??= { error };
    this.#bell.ring();
  };
}
