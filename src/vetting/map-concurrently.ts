import { PassThrough } from 'node:stream';
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
  const results = new PassThrough({ objectMode: true });
  const feed = async (): Promise<void> => {
    const running: Promise<void>[] = [];
    for await (const item of items) {
      const done = limit(work, item).then((made) => {
        for (const result of made) results.write(result);
      });
      done.catch((error: unknown) => results.destroy(toError(error)));
      running.push(done);
    }
    await Promise.all(running);
  };
  feed().then(
    () => results.end(),
    (error: unknown) => results.destroy(toError(error)),
  );
  for await (const result of results) yield result as Result;
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
