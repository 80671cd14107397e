import type { Answer } from 'dns-packet';
import { readServiceText } from './service-text.ts';
import type { ServiceText } from './service-text.ts';

/** One machine that offers itself, as far as its records tell. */
export interface Service extends ServiceText {
  /** `red.local`. */
  readonly target: string;
  readonly port: number;
  /** IPv4 first; link-local ones with their zone. */
  readonly addresses: readonly string[];
}

/** What is still to be asked about a service: `SRV` of an instance, addresses of a target. */
export interface Missing {
  readonly name: string;
  readonly types: readonly ('SRV' | 'TXT' | 'A' | 'AAAA')[];
}

/** Records are untrusted: no network has more machines than this. */
const MAX_INSTANCES = 5000;

/** Puts services together from the records of many packets, in whatever order they come. */
export class ServiceCollector {
  readonly #service: string;
  readonly #instances = new Set<string>();
  readonly #given = new Set<string>();
  readonly #places = new Map<string, { readonly target: string; readonly port: number }>();
  readonly #texts = new Map<string, readonly string[]>();
  readonly #addresses = new Map<string, Set<string>>();

  /** @param service - `_distcc._tcp.local`, or a subtype of it */
  constructor(service: string) {
    this.#service = service.toLowerCase();
  }

  /**
   * Take the records of one packet.
   * @param zone - of the interface it came in by: `%eth0`
   */
  add(records: readonly Answer[], zone: string): void {
    for (const record of records) this.#addRecord(record, zone);
  }

  /**
   * The services that are complete now and were not before.
   * @param isLate - nobody is waited for any more: until then a machine of which only a link-local
   *   address is known may have a better one, since answers by IPv6 hold no IPv4 addresses
   */
  *takeComplete(isLate: boolean): Generator<Service> {
    for (const instance of this.#instances) {
      const place = this.#places.get(instance);
      const addresses = [...(this.#addresses.get(place?.target ?? '') ?? [])];
      const areEnough = isLate ? addresses.length > 0 : !addresses.every(isLinkLocal);
      if (place === undefined || !areEnough || this.#given.has(instance)) continue;
      this.#given.add(instance);
      const text = readServiceText(this.#texts.get(instance) ?? []);
      yield { ...place, ...text, addresses: addresses.sort(ipv4First) };
    }
  }

  /** What nobody has told yet. */
  *missing(): Generator<Missing> {
    for (const instance of this.#instances) {
      const place = this.#places.get(instance);
      if (place === undefined) yield { name: instance, types: ['SRV', 'TXT'] };
      else if (!this.#given.has(instance)) yield { name: place.target, types: ['A', 'AAAA'] };
    }
  }

  #addRecord(record: Answer, zone: string): void {
    const name = record.name.toLowerCase();
    if (record.type === 'PTR' && name === this.#service) {
      if (this.#instances.size < MAX_INSTANCES) this.#instances.add(record.data.toLowerCase());
    } else if (record.type === 'SRV') {
      this.#places.set(name, { target: record.data.target.toLowerCase(), port: record.data.port });
    } else if (record.type === 'TXT') {
      this.#texts.set(name, [record.data].flat().map(String));
    } else if (record.type === 'A' || record.type === 'AAAA') {
      this.#addAddress(name, withZone(record.data, zone));
    }
  }

  #addAddress(name: string, address: string): void {
    const known = this.#addresses.get(name) ?? new Set();
    this.#addresses.set(name, known.add(address));
  }
}

/** A link-local address leads nowhere without its interface. */
function withZone(address: string, zone: string): string {
  return isLinkLocal(address) ? `${address}${zone}` : address;
}

function isLinkLocal(address: string): boolean {
  return /^fe[89ab]/i.test(address);
}

function ipv4First(left: string, right: string): number {
  return Number(left.includes(':')) - Number(right.includes(':'));
}
