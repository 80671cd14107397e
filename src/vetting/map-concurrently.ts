import pLimit from 'p-limit';

/**
 * Start work for every item as it comes, at most `atOnce` at a time, and give the results in the order
 * in which they are ready.
 * @throws what `items` or `work` throws first
 */
export async function* mapConcurrently<Item, Result extends object>(
  items: AsyncIterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<readonly Result[]>,
): AsyncGenerator<Result> {
  const limit = pLimit(atOnce);
  let ready: Result[] = [];
  let end: { readonly error?: unknown } | undefined;
  let wakeUp = (): void => undefined;
  let isWaking = false;
  const wake = (): void => {
    if (isWaking) return;
    isWaking = true;
    setImmediate(() => {
      isWaking = false;
      wakeUp();
    });
  };
  const finish = (why: { readonly error?: unknown }): void => {
    end ??= why;
    wake();
  };
  const feed = async (): Promise<void> => {
    const running: Promise<void>[] = [];
    for await (const item of items) {
      const done = limit(work, item).then((made) => {
        ready.push(...made);
        wake();
      });
      done.catch((error: unknown) => {
        finish({ error });
      });
      running.push(done);
    }
    await Promise.all(running);
  };
  feed().then(
    () => {
      finish({});
    },
    (error: unknown) => {
      finish({ error });
    },
  );
  for (;;) {
    const batch = ready;
    ready = [];
    yield* batch;
    if (ready.length > 0) continue;
    if (end !== undefined) break;
    await new Promise<void>((resolve) => (wakeUp = resolve));
  }
  if ('error' in end) throw end.error;
}
