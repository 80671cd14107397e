import fs from 'node:fs';
import os from 'node:os';
import { canonicalAddress, isIP } from '../net/index.ts';
import { DNS_PORT, sortAddresses } from './address.ts';
import type { NameServer, SystemConfig } from './types.ts';

/** resolv.conf(5): MAXNS, and the limit of `ndots`. */
const MAX_SERVERS = 3;
const MAX_NDOTS = 15;

/** Asked where resolv.conf names no server. */
const LOCAL_SERVER: NameServer = { address: '127.0.0.1', port: DNS_PORT };

/** Where {@link readSystemConfig} reads, for tests. */
export interface SystemFiles {
  readonly resolvConf?: string;
  readonly hosts?: string;
  readonly hostname?: string;
  readonly interfaces?: ReturnType<typeof os.networkInterfaces>;
}

/** What this machine's files say; a file that cannot be read counts as empty, as for the C resolver. */
export function readSystemConfig(files: SystemFiles = {}): Promise<SystemConfig> {
  const resolvConf = readText(files.resolvConf ?? '/etc/resolv.conf');
  const hosts = readText(files.hosts ?? '/etc/hosts');
  return Promise.resolve({
    ...parseResolvConf(resolvConf, files.hostname ?? os.hostname()),
    hosts: parseHosts(hosts),
    isIpv6Only: hasOnlyIpv6(files.interfaces ?? listInterfaces()),
  });
}

/** A name's A record leads nowhere from here; with a link-local address alone its AAAA record does not either. */
function hasOnlyIpv6(interfaces: ReturnType<typeof os.networkInterfaces>): boolean {
  const all = Object.values(interfaces).flatMap((addresses = []) => addresses);
  const own = all.filter(({ internal }) => !internal);
  const hasIpv6 = own.some(({ address }) => address.includes(':') && !/^fe[89ab]/i.test(address));
  return hasIpv6 && own.every(({ address }) => address.includes(':'));
}

function listInterfaces(): ReturnType<typeof os.networkInterfaces> {
  try {
    return os.networkInterfaces();
  } catch {
    return {}; // where that is forbidden
  }
}

/** At once: the first use of node:fs/promises alone costs 15 ms. */
function readText(path: string): string {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Read resolv.conf(5): the last `search` or `domain` counts, else the domain of the host's own name;
 * no `nameserver` means the one on this machine. Timeouts are ours, so `timeout` and `attempts` are not read.
 * @param hostname - this machine's name, with its domain when it has one
 */
export function parseResolvConf(text: string, hostname = ''): Omit<SystemConfig, 'hosts'> {
  const lines = wordsOfLines(text, /^[#;].*/);
  const valuesOf = (keyword: RegExp): string[][] =>
    lines.filter(([first = '']) => keyword.test(first)).map(([, ...values]) => values);
  const servers = valuesOf(/^nameserver$/)
    .map(([address = '']) => address)
    .filter((address) => isIP(address) !== 0)
    .map((address) => ({ address: canonicalAddress(address), port: DNS_PORT }));
  const search = valuesOf(/^(search|domain)$/).at(-1) ?? domainOf(hostname);
  return {
    servers: servers.length > 0 ? servers.slice(0, MAX_SERVERS) : [LOCAL_SERVER],
    search: search.map(trimDot),
    ndots: findNdots(valuesOf(/^options$/).flat()),
  };
}

function domainOf(hostname: string): string[] {
  return hostname.includes('.') ? [hostname.slice(hostname.indexOf('.') + 1)] : [];
}

function findNdots(options: readonly string[]): number {
  const digits = options.map((option) => /^ndots:(\d+)$/.exec(option)?.[1]).findLast(Boolean);
  return digits === undefined ? 1 : Math.min(Number(digits), MAX_NDOTS);
}

function trimDot(domain: string): string {
  return domain.replace(/\.$/, '');
}

/** Read hosts(5): name and aliases in lower case, each with the addresses of all its lines. */
export function parseHosts(text: string): Map<string, readonly string[]> {
  const hosts = new Map<string, readonly string[]>();
  for (const [address = '', ...names] of wordsOfLines(text, /#.*/)) {
    if (isIP(address) === 0) continue;
    for (const name of names.map((word) => trimDot(word.toLowerCase()))) {
      hosts.set(name, sortAddresses([...(hosts.get(name) ?? []), address]));
    }
  }
  return hosts;
}

function wordsOfLines(text: string, comment: RegExp): string[][] {
  return text.split(/\r?\n/).map((line) => line.replace(comment, '').trim().split(/\s+/));
}
