import type { LimitFunction } from 'p-limit';
import type { Candidate } from '../discovery/index.ts';
import type { Resolution } from '../dns/index.ts';
import { formatAddress, isIP, plainAddress } from '../net/index.ts';
import type { ProbeResult } from '../probing/index.ts';
import { askHost } from './ask-host.ts';
import { isSameNetwork } from './network.ts';
import type { Row } from './row.ts';
import { throughSsh } from './through-ssh.ts';
import type { VetOptions } from './vet.ts';

/** What the judging of all candidates of a run shares. */
export interface Run extends VetOptions {
  /** Aborts with the caller's signal, or when the run's time is over. */
  readonly signal: AbortSignal;
  readonly callerSignal: AbortSignal;
  /** Addresses of a name that are asked side by side wait here: there may be more than files may be open. */
  readonly inTurn: LimitFunction;
  /** `address:port` of every machine that was asked: one machine is one host. */
  readonly seen: Set<string>;
  /** The first address of the first candidate that has one: whose network `-m` means. */
  readonly base: { address: Promise<string | undefined> };
  /** `name:port` of every candidate so far: two words may find it, with different addresses. */
  readonly names: Set<string>;
}

/**
 * Resolve one candidate, ask it, judge it.
 * @returns a row; none when another name led to the same machine before; one for each address with
 *   `allAddresses`
 */
export async function judgeCandidate(found: Candidate, run: Run): Promise<readonly Row[]> {
  const candidate = overTls(run.isThroughSsh === true ? throughSsh(found) : found, run);
  const name = formatAddress(candidate.name.toLowerCase().replace(/\.$/, ''), candidate.port);
  if (run.names.has(name)) return [];
  run.names.add(name);
  const startedAtMs = performance.now();
  const resolving = resolve(candidate, run);
  const isPlaced = run.networkBits > 0 && candidate.ssh === undefined;
  const base = isPlaced ? extendBase(resolving, run) : undefined;
  const { resolution, dnsMs } = await resolving;
  const rowOf = (result: ProbeResult, host: Candidate, address?: string): Row => ({
    candidate: host,
    ...(dnsMs === undefined ? {} : { dnsMs }),
    ...(address === undefined ? {} : { address }),
    totalMs: performance.now() - startedAtMs + (candidate.dnsMs ?? 0),
    ...result,
  });
  if (candidate.ssh !== undefined) {
    const { result } = await askHost([candidate.name], { port: 0 }, run, candidate.ssh);
    return [rowOf(result, candidate)];
  }
  if (resolution.kind !== 'addresses') {
    return [rowOf(judgeResolution(candidate, resolution), candidate)];
  }
  const addresses = withoutDoubles(resolution.addresses);
  const judge = async (own: readonly string[], host: Candidate): Promise<Row[]> => {
    const { address, result } = await judgeAddresses(own, host, run, base);
    return result === undefined ? [] : [rowOf(result, host, address)];
  };
  if (!run.allAddresses) return judge(addresses, candidate);
  const rows = addresses.map((name) => run.inTurn(judge, [name], renamed(candidate, name)));
  return (await Promise.all(rows)).flat();
}

/** One spelling of each. */
function withoutDoubles(addresses: readonly string[]): readonly string[] {
  return addresses.length === 1
    ? addresses.map(withoutMapping)
    : [...new Set(addresses.map(withoutMapping))];
}

/**
 * A host that is reached over TLS, by its own word or by the user's, is one wherever it is told of. One behind ssh
 * proves itself to ssh.
 */
function overTls(candidate: Candidate, run: Run): Candidate {
  const { spec, ssh, port, tlsPort = port } = candidate;
  if (ssh !== undefined || spec?.isTls === true || run.isTls !== true) return candidate;
  return { ...candidate, port: tlsPort, spec: { ...spec, isTls: true } };
}

/** One address of a name; its certificate is still the name's. */
function renamed(candidate: Candidate, name: string): Candidate {
  const { spec } = candidate;
  if (spec?.isTls !== true) return { ...candidate, name };
  return { ...candidate, name, spec: { ...spec, tlsName: spec.tlsName ?? candidate.name } };
}

/**
 * Names become known in any order: it is the candidates' own that counts.
 * @returns the base of those before
 */
function extendBase(resolving: Promise<Resolved>, run: Run): Promise<string | undefined> {
  const before = run.base.address;
  const own = resolving.then(
    ({ resolution }) => (resolution.kind === 'addresses' ? resolution.addresses[0] : undefined),
    () => undefined, // whoever resolves it is told
  );
  run.base.address = before.then((address) => address ?? own);
  return before;
}

interface Resolved {
  readonly resolution: Resolution;
  readonly dnsMs: number | undefined;
}

async function resolve(candidate: Candidate, run: Run): Promise<Resolved> {
  const { resolution, dnsMs, name, ssh } = candidate;
  if (resolution !== undefined) return { resolution, dnsMs };
  // ssh has aliases of its own, and its host keys belong to names.
  if (ssh !== undefined) return { resolution: { kind: 'addresses', addresses: [name] }, dnsMs };
  const startedAtMs = performance.now();
  try {
    const { signal, allAddresses: wantsAll } = run;
    const found = await run.resolver.resolve(candidate.name, { signal, wantsAll });
    return { resolution: found, dnsMs: performance.now() - startedAtMs };
  } catch (error) {
    run.callerSignal.throwIfAborted();
    if (!run.signal.aborted) throw error;
    return { resolution: { kind: 'dns-timeout' }, dnsMs: undefined };
  }
}

function judgeResolution(
  { name }: Candidate,
  resolution: Exclude<Resolution, { kind: 'addresses' }>,
): ProbeResult {
  const reasons = {
    'no-such-name': `The DNS has no address for "${name}"`,
    'dns-timeout': `No DNS server answered for "${name}" in time`,
    'dns-failed': resolution.kind === 'dns-failed' ? resolution.reason : '',
  };
  return { verdict: resolution.kind, reason: reasons[resolution.kind] };
}

/** One host; without a result it was asked before, by another name. */
interface Judged {
  readonly address?: string;
  readonly result?: ProbeResult;
}

async function judgeAddresses(
  addresses: readonly string[],
  { name, port, spec }: Candidate,
  run: Run,
  before: Promise<string | undefined> | undefined,
): Promise<Judged> {
  const [address = ''] = addresses;
  // DNS servers give a name's addresses in another order each time: any of them tells the machine.
  if (addresses.some((one) => run.seen.has(formatAddress(one, port)))) return {};
  run.seen.add(formatAddress(address, port));
  if (before !== undefined) {
    const base = (await before) ?? address;
    const { networkBits } = run;
    if (!isSameNetwork(base, address, networkBits)) {
      const reason = `${address} is outside of the ${networkBits}-bit network of ${base}`;
      return { address, result: { verdict: 'off-network', reason } };
    }
  }
  const tlsName = spec?.tlsName ?? name;
  return askHost(addresses, { port, ...(spec?.isTls === true && { tlsName }) }, run);
}

/** `::ffff:10.0.0.7` is the machine that 10.0.0.7 is; other addresses stay as they are, zone included. */
function withoutMapping(address: string): string {
  if (!address.includes(':')) return address;
  const plain = plainAddress(address);
  return isIP(plain) === 4 ? plain : address;
}
