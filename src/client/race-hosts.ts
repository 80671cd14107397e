import type { Place, Slots } from './slots.ts';

/** How a job is sent to one place, and when its reply ends the race. */
export interface RaceOptions<Reply> {
  /** @param signal - aborts when another place was quicker */
  readonly send: (place: Place, signal: AbortSignal) => Promise<Reply>;
  readonly isAnswer: (reply: Reply) => boolean;
}

/**
 * Send a job to one place and, when that is late and a slot is free elsewhere, to a second one: the
 * first answer wins and the other place is told to stop.
 * @returns what each place said, those included that were stopped for an answer
 */
export async function raceHosts<Reply>(
  first: Place,
  slots: Pick<Slots, 'onSecond'>,
  { send, isAnswer }: RaceOptions<Reply>,
): Promise<readonly Reply[]> {
  const replies: Reply[] = [];
  const running = new Map<AbortController, Promise<void>>();
  const start = (place: Place): void => {
    const stop = new AbortController();
    const end = async (): Promise<void> => {
      replies.push(await send(place, stop.signal));
      running.delete(stop);
    };
    running.set(stop, end());
  };
  let wake = (): void => undefined;
  slots.onSecond = (place) => {
    start(place);
    wake();
  };
  start(first);
  try {
    while (running.size > 0 && !replies.some(isAnswer)) {
      const started = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await Promise.race([...running.values(), started]);
    }
  } finally {
    slots.onSecond = undefined;
    for (const stop of running.keys()) stop.abort();
    await Promise.allSettled(running.values());
  }
  return replies;
}
