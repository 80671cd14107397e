import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Resolution, Resolver } from '../../src/dns/index.ts';

/** What a name comes to, and after how many milliseconds. */
export interface Fate {
  readonly resolution: Resolution;
  readonly afterMs?: number;
}

/** A resolver without a network, and what it was asked. */
export interface FakeResolver extends Pick<Resolver, 'resolve' | 'query'> {
  readonly asked: string[];
  /** Questions that were aborted before their answer. */
  abortedCount: number;
  mostAtOnce: number;
}

/** Answers each name as told; a delay of 0 still takes a turn of the event loop. */
export function makeFakeResolver(fateOf: (name: string) => Fate): FakeResolver {
  let atOnce = 0;
  const resolver: FakeResolver = {
    asked: [],
    abortedCount: 0,
    mostAtOnce: 0,
    query: (name) => Promise.reject(new Error(`Nobody asks for records of ${name} here`)),
    async resolve(name, { signal }) {
      signal.throwIfAborted();
      setMaxListeners(0, signal);
      resolver.asked.push(name);
      resolver.mostAtOnce = Math.max(resolver.mostAtOnce, ++atOnce);
      const { resolution, afterMs = 0 } = fateOf(name);
      try {
        await sleep(afterMs, undefined, { signal });
      } catch {
        resolver.abortedCount += 1;
        signal.throwIfAborted();
      } finally {
        atOnce -= 1;
      }
      return resolution;
    },
  };
  return resolver;
}

/** A name with one address. */
export function found(address: string, afterMs = 0): Fate {
  return { resolution: { kind: 'addresses', addresses: [address] }, afterMs };
}

/** A name that does not exist. */
export const missing: Fate = { resolution: { kind: 'no-such-name' } };

/** The number at the end of a name. */
export function numberOf(name: string): number {
  return Number(/\d+$/.exec(name)?.[0]);
}

/** An address of its own for each number. */
export function addressOf(number: number): string {
  return `127.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
}

/** A farm of `count` hosts, numbered from 1. */
export function farm(count: number): (name: string) => Fate {
  return (name) => (numberOf(name) <= count ? found(addressOf(numberOf(name))) : missing);
}
