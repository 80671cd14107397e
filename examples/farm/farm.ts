import { certifyFarm } from './certificates.ts';
import type { Certificates } from './certificates.ts';
import { findFreePort } from './free-port.ts';
import { startDnsServer } from './dns-server.ts';
import { startCannedHost, startSilentHost } from './fake-hosts.ts';
import { startDistccd } from './real-host.ts';
import type { Stage } from './stage.ts';
import { makeWrongTarget } from './wrong-target.ts';

/** One name of the farm. */
export interface FarmHost {
  readonly name: string;
  readonly address: string;
  /** What it is and does, for a person. */
  readonly about: string;
}

/** Hosts that listen, and the DNS that knows their names. */
export interface Farm extends AsyncDisposable {
  readonly dnsServer: string;
  /** All hosts listen on the same port, each on an address of its own. */
  readonly port: number;
  /** Whether hosts have to prove themselves by a certificate. */
  readonly isTls: boolean;
  readonly hosts: readonly FarmHost[];
}

/** Where a host is to listen, and by what it proves itself. */
export interface Place {
  readonly address: string;
  readonly port: number;
  /** Its own certificate; absent where all is plain. */
  readonly tlsFolder?: string;
  /** One in its name by somebody else. */
  readonly foreignFolder?: string;
}

interface Role {
  readonly about: string;
  /** What it is where hosts have to prove themselves, if that is something else. */
  readonly aboutTls?: string;
  readonly start?: (place: Place, stage: Stage) => Promise<AsyncDisposable>;
}

const good: Role = { about: 'our distccd', start: startDistccd };

/** In the order of their names: mydistcc1 … mydistcc9. */
const roles: readonly Role[] = [
  good,
  good,
  { about: 'takes every connection and never answers', start: startSilentHost },
  good,
  {
    about: 'answers every job with the same canned object',
    aboutTls: 'answers every job with the same canned object; its certificate is of another farm',
    start: startCannedHost,
  },
  {
    about: 'our distccd, with a gcc for another target',
    start: async (place, stage) =>
      startDistccd(place, stage, { searchPath: await makeWrongTarget(stage) }),
  },
  good,
  {
    about: 'our distccd, which lets in 127.0.0.99 alone',
    start: (place, stage) => startDistccd(place, stage, { allow: '127.0.0.99' }),
  },
  { about: 'switched off: nothing listens' },
];

/**
 * Start every host and the DNS server.
 * @param isTls - the hosts take nothing but TLS
 * @throws {IoError | BindError} when one cannot be started; the others are stopped then
 */
export async function startFarm(stage: Stage, isTls = false): Promise<Farm> {
  const hosts = roles.map(({ about, aboutTls = about }, index) => ({
    name: `mydistcc${index + 1}`,
    address: `127.0.0.${index + 11}`,
    about: isTls ? aboutTls : about,
  }));
  const certificates = isTls ? await certifyFarm(hosts, stage) : undefined;
  const port = await findFreePort(hosts.map(({ address }) => address));
  const places = hosts.map((host) => placeOf(host, port, certificates));
  const dns = startDnsServer(new Map(hosts.map(({ name, address }) => [name, address])));
  const starting = places.map(async (place, index) => roles[index]?.start?.(place, stage));
  const started = await Promise.allSettled([dns, ...starting]);
  const close = async (): Promise<void> => {
    const running = started.map((one) => (one.status === 'fulfilled' ? one.value : undefined));
    await Promise.all(running.map(async (one) => one?.[Symbol.asyncDispose]()));
  };
  const failed = started.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    await close();
    throw failed.reason;
  }
  const { address: dnsServer } = await dns;
  return { dnsServer, port, isTls, hosts, [Symbol.asyncDispose]: close };
}

function placeOf(host: FarmHost, port: number, certificates: Certificates | undefined): Place {
  const { address } = host;
  if (certificates === undefined) return { address, port };
  const { folderOf, foreignFolderOf } = certificates;
  return { address, port, tlsFolder: folderOf(host), foreignFolder: foreignFolderOf(host) };
}
