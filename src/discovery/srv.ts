import type { Answer, DnsRecord, RecordOf, Resolution, SrvData } from '../dns/index.ts';
import { IoError } from '../errors/index.ts';
import { describeService, readServiceText } from './service-text.ts';
import type { Candidate, DiscoverOptions } from './types.ts';

/**
 * The hosts of an SRV name (RFC 2782), by priority, then by weight, the heaviest first; the TXT record
 * of the same name says what each of them is, with mDNS's keys.
 * @param word - `_distcc._tcp.example.com`
 * @throws {IoError} when there is no such record, or nobody says so
 */
export async function* discoverSrv(
  word: string,
  options: DiscoverOptions,
): AsyncGenerator<readonly Candidate[]> {
  const { resolver, signal } = options;
  const startedAtMs = performance.now();
  const [services, text] = await Promise.all([
    resolver.query(word, 'SRV', { signal, wantsAll: true }),
    resolver.query(word, 'TXT', { signal }),
  ]);
  if (services.kind !== 'records') throw new IoError(describe(word, services));
  const dnsMs = performance.now() - startedAtMs;
  const strings = text.kind === 'records' ? text.records.flatMap(({ data }) => data) : [];
  const told = describeService(word, readServiceText(strings));
  const { additionals } = services;
  yield sort(services.records).map(({ data: { target, port } }, order) => {
    const resolution = findAddresses(target, additionals);
    const found = { name: target, port, source: 'srv', sourceText: word, order, dnsMs } as const;
    return { ...found, ...told, ...(resolution !== undefined && { resolution }) };
  });
}

/** An empty target says that the service is decidedly not there. */
function sort(records: readonly RecordOf<'SRV'>[]): RecordOf<'SRV'>[] {
  const present = records.filter(({ data }) => data.target !== '' && data.port > 0);
  return present.sort(({ data: left }, { data: right }) => compare(left, right));
}

function compare(left: SrvData, right: SrvData): number {
  return (
    left.priority - right.priority ||
    right.weight - left.weight ||
    left.target.localeCompare(right.target, 'en', { numeric: true })
  );
}

/** Kubernetes and Consul send the addresses along: no host then costs a question of its own. */
function findAddresses(target: string, additionals: readonly DnsRecord[]): Resolution | undefined {
  const own = additionals.filter(({ name }) => name.toLowerCase() === target.toLowerCase());
  const addresses = [...own.filter(isA), ...own.filter(isAaaa)].map(({ data }) => data);
  return addresses.length > 0 ? { kind: 'addresses', addresses } : undefined;
}

function isA(record: DnsRecord): record is RecordOf<'A'> {
  return record.type === 'A';
}

function isAaaa(record: DnsRecord): record is RecordOf<'AAAA'> {
  return record.type === 'AAAA';
}

function describe(word: string, answer: Exclude<Answer<'SRV'>, { kind: 'records' }>): string {
  const reasons = {
    'no-data': 'the name has no such record',
    'no-such-name': 'there is no such name',
    'dns-timeout': 'no DNS server answered in time',
    'dns-failed': answer.kind === 'dns-failed' ? answer.reason : '',
  };
  return `Cannot find SRV records of "${word}": ${reasons[answer.kind]}`;
}
