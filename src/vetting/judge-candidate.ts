import type { LimitFunction } from 'p-limit';
import type { Candidate } from '../discovery/index.ts';
import { formatAddress, isIP, plainAddress } from '../net/index.ts';
import type { Connection } from '../net/index.ts';
import { probe } from '../probing/index.ts';
import type { ProbeResult, ProbeTarget } from '../probing/index.ts';
import { askHost, askThroughSsh } from './ask-host.ts';
import { isSameNetwork } from './network.ts';
import { judgeResolution, knownResolution, resolve } from './resolve-candidate.ts';
import type { Resolved } from './resolve-candidate.ts';
import type { Row } from './row.ts';
import { throughSsh } from './through-ssh.ts';
import type { VetOptions } from './vet.ts';

/** What the judging of all candidates of a run shares. */
export interface Run extends VetOptions {
  /** Aborts with the caller's signal, or when the run's time is over. */
  readonly signal: AbortSignal;
  readonly callerSignal: AbortSignal;
  /** Closes connections that have done their work. */
  readonly onDone: (connection: Connection) => void;
  /** Addresses of a name that are asked side by side wait here: there may be more than files may be open. */
  readonly inTurn: LimitFunction;
  /** `address:port` of every machine that was asked: one machine is one host. */
  readonly seen: Set<string>;
  /** The first address of the first candidate that has one: whose network `-m` means. */
  readonly base: { address: Promise<string | undefined> };
  /** `name:port` of every candidate so far: two words may find it, with different addresses. */
  readonly names: Set<string>;
}

/** A candidate that is judged. */
interface Case {
  readonly candidate: Candidate;
  readonly startedAtMs: number;
  /** The first address of a candidate before, where that decides. */
  readonly before: Promise<string | undefined> | undefined;
}

/** One whose name is looked up. */
interface ResolvedCase extends Case {
  readonly dnsMs: number | undefined;
}

/**
 * Resolve one candidate, ask it, judge it.
 * @returns a row; none when another name led to the same machine before; one for each address with
 *   `allAddresses`
 */
export function judgeCandidate(found: Candidate, run: Run): Promise<readonly Row[]> {
  const candidate = overTls(run.isThroughSsh === true ? throughSsh(found) : found, run);
  const name = keyOf(candidate);
  if (run.names.has(name)) return Promise.resolve([]);
  run.names.add(name);
  const startedAtMs = performance.now();
  const known = knownResolution(candidate);
  const resolving = known ?? resolve(candidate, run);
  const before = isPlaced(candidate, run) ? extendBase(Promise.resolve(resolving), run) : undefined;
  const one = { candidate, startedAtMs, before };
  if (!(resolving instanceof Promise)) return judgeResolved(one, resolving, run);
  return resolving.then((resolved) => judgeResolved(one, resolved, run));
}

function judgeResolved(
  { candidate, startedAtMs, before }: Case,
  { resolution, dnsMs }: Resolved,
  run: Run,
): Promise<readonly Row[]> {
  const one = { candidate, startedAtMs, before, dnsMs };
  if (resolution.kind !== 'addresses') {
    return Promise.resolve([makeRow(one, candidate, judgeResolution(candidate, resolution))]);
  }
  const addresses = withoutDoubles(resolution.addresses);
  const isMany = run.allAddresses === true && candidate.ssh === undefined;
  return isMany ? judgeEach(addresses, one, run) : judgeHost(addresses, candidate, one, run);
}

/** Each address of a name is a host. */
async function judgeEach(
  addresses: readonly string[],
  one: ResolvedCase,
  run: Run,
): Promise<readonly Row[]> {
  const rows = addresses.map((address) =>
    run.inTurn(judgeHost, [address], renamed(one.candidate, address), one, run),
  );
  return (await Promise.all(rows)).flat();
}

/** Names are the same in either case, and with a dot at their end. */
function keyOf({ name, port }: Candidate): string {
  const plain = name.endsWith('.') ? name.slice(0, -1) : name;
  return `${plain.toLowerCase()} ${port}`;
}

function makeRow(
  { candidate, startedAtMs, dnsMs }: ResolvedCase,
  host: Candidate,
  result: ProbeResult,
  address?: string,
): Row {
  return {
    candidate: host,
    ...(dnsMs === undefined ? {} : { dnsMs }),
    ...(address === undefined ? {} : { address }),
    totalMs: performance.now() - startedAtMs + (candidate.dnsMs ?? 0),
    ...result,
  };
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

/** Whether the network that it is in matters. */
function isPlaced({ ssh }: Candidate, { networkBits }: Run): boolean {
  return networkBits > 0 && ssh === undefined;
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

/** @returns no row when it was asked before, by another name */
async function judgeHost(
  addresses: readonly string[],
  host: Candidate,
  one: ResolvedCase,
  run: Run,
): Promise<readonly Row[]> {
  const { name, port, ssh } = host;
  if (ssh !== undefined) return [makeRow(one, host, await askThroughSsh(ssh, name, run))];
  const first = addresses[0] ?? '';
  // DNS servers give a name's addresses in another order each time: any of them tells the machine.
  const machines = addresses.map((address) => formatAddress(address, port));
  if (machines.some((machine) => run.seen.has(machine))) return [];
  run.seen.add(machines[0] ?? '');
  const misplaced = one.before && findMisplaced(first, (await one.before) ?? first, run);
  if (misplaced !== undefined) return [makeRow(one, host, misplaced, first)];
  const { address, result } = await askHost(addresses, targetOf(host), run, probe);
  return [makeRow(one, host, result, address)];
}

function targetOf({ name, port, spec }: Candidate): Omit<ProbeTarget, 'address'> {
  return spec?.isTls === true ? { port, tlsName: spec.tlsName ?? name } : { port };
}

function findMisplaced(address: string, base: string, { networkBits }: Run) {
  if (isSameNetwork(base, address, networkBits)) return undefined;
  const reason = `${address} is outside of the ${networkBits}-bit network of ${base}`;
  return { verdict: 'off-network', reason } as const;
}

/** `::ffff:10.0.0.7` is the machine that 10.0.0.7 is; other addresses stay as they are, zone included. */
function withoutMapping(address: string): string {
  if (!address.includes(':')) return address;
  const plain = plainAddress(address);
  return isIP(plain) === 4 ? plain : address;
}
