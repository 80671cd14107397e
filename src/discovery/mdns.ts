import { setTimeout as sleep } from 'node:timers/promises';
import { MDNS_WAIT_MS } from './mdns-names.ts';
import { listLinks, openLink } from './mdns-links.ts';
import type { Link, OpenLink } from './mdns-links.ts';
import { describeService } from './service-text.ts';
import { ServiceCollector } from './mdns-services.ts';
import type { Service } from './mdns-services.ts';
import type { Candidate, DiscoverOptions } from './types.ts';

/** Where and how long mDNS is asked. */
export interface MdnsOptions {
  /** In milliseconds ({@link MDNS_WAIT_MS}). */
  readonly waitMs?: number;
  /** Instead of every interface of this machine. */
  readonly links?: readonly Link[];
}

/** A lost question is asked again after this share of the wait. */
const REPEAT_AFTER = 1 / 3;

/**
 * The hosts that offer themselves on this network (RFC 6763), as they answer. A network without
 * multicast has none; that is no error.
 * @param word - `_distcc._tcp.local`, or a toolchain's subtype of it
 * @throws the signal's reason when it aborts
 */
export async function* discoverMdns(
  word: string,
  options: DiscoverOptions,
): AsyncGenerator<readonly Candidate[]> {
  const { waitMs = MDNS_WAIT_MS, links = listLinks() } = options.mdns ?? {};
  const opened = await Promise.all(links.map(openLink));
  const open = opened.filter((link) => link !== undefined);
  const startedAtMs = performance.now();
  try {
    let order = 0;
    for await (const service of listen(word, open, { waitMs, signal: options.signal })) {
      const dnsMs = performance.now() - startedAtMs;
      yield [{ ...candidateOf(service, word), order, dnsMs }];
      order += 1;
    }
  } finally {
    for (const link of open) link.mdns.destroy();
  }
}

async function* listen(
  word: string,
  links: readonly OpenLink[],
  { waitMs, signal }: { readonly waitMs: number; readonly signal: AbortSignal },
): AsyncGenerator<Service> {
  const collector = new ServiceCollector(word);
  let wake = (): void => undefined;
  for (const link of links) {
    link.mdns.on('response', ({ answers = [], additionals = [] }) => {
      collector.add([...answers, ...additionals], link.zone);
      wake();
    });
  }
  const asked = new Set<string>();
  const endsAtMs = performance.now() + waitMs;
  const lateAtMs = performance.now() + waitMs * REPEAT_AFTER;
  let repeatAtMs = lateAtMs;
  askFor(word, links);
  for (;;) {
    signal.throwIfAborted();
    const nowMs = performance.now();
    yield* collector.takeComplete(nowMs >= lateAtMs);
    if (nowMs >= endsAtMs || links.length === 0) return;
    if (nowMs >= repeatAtMs) {
      repeatAtMs = Infinity;
      askFor(word, links);
      asked.clear();
    }
    askMissing(collector, links, asked);
    const woken = new Promise<void>((resolve) => (wake = resolve));
    const waiting = { signal, ref: false }; // the open sockets keep the process
    await Promise.race([woken, sleep(Math.min(repeatAtMs, endsAtMs) - nowMs, undefined, waiting)]);
  }
}

function askFor(word: string, links: readonly OpenLink[]): void {
  for (const { mdns, destination } of links) mdns.query([{ name: word, type: 'PTR' }], destination);
}

function askMissing(
  collector: ServiceCollector,
  links: readonly OpenLink[],
  asked: Set<string>,
): void {
  for (const { name, types } of collector.missing()) {
    if (asked.has(name)) continue;
    asked.add(name);
    const questions = types.map((type) => ({ name, type }));
    for (const { mdns, destination } of links) mdns.query(questions, destination);
  }
}

function candidateOf(service: Service, word: string) {
  const { target, port, addresses } = service;
  return {
    name: target,
    port,
    source: 'mdns',
    sourceText: word,
    resolution: { kind: 'addresses', addresses },
    ...describeService(word, service),
  } as const;
}
