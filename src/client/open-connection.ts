import type { HostSpec, SshHost } from '../hosts/index.ts';
import { connect, connectLocal } from '../net/index.ts';
import type { ConnectOptions, Connection } from '../net/index.ts';
import type { Route } from '../ssh/index.ts';
import type { Identity } from '../tls/index.ts';
import type { Place } from './slots.ts';

/** One of a host's addresses, and how it is reached. */
export interface Destination {
  /** An IPv4 or IPv6 literal; of a host behind ssh, what messages call it. */
  readonly address: string;
  readonly port: number;
  /** How it is reached over TLS; absent for others. */
  readonly tls?: TlsNeeds;
  /** How it is reached through ssh; absent for others. */
  readonly ssh?: SshNeeds;
}

/** What this user has for connections. */
interface Our {
  /** Says where our own certificate is, and how ssh is called. */
  readonly env: NodeJS.ProcessEnv;
  /** `$DISTCC_DIR`, where tickets are kept. */
  readonly folder: string;
}

/** What a connection over TLS needs. */
interface TlsNeeds extends Our {
  /** The name or address that the host's certificate must have. */
  readonly name: string;
}

/** What a connection through ssh needs. */
interface SshNeeds {
  readonly host: SshHost;
  readonly route: Route;
  readonly env: NodeJS.ProcessEnv;
}

/** Where a place of the list is reached. */
export function destinationOf(place: Place, our: Our): Destination {
  const { host, address, port, route = { kind: 'alone' } } = place;
  if (host.kind === 'ssh') return { address, port, ssh: { host, route, env: our.env } };
  const { isTls, tlsName: name = host.host } = host;
  return { address, port, ...(isTls && { tls: { ...our, name } }) };
}

/**
 * Connect to a host; over TLS it has proved who it is when this comes back, and to ssh before it gets a byte.
 * @throws {ConnectError | TimeoutError} when it does not take the connection
 * @throws {TlsError | UntrustedError} when it does not prove who it is
 * @throws {IoError} when our own certificate cannot be read
 */
export async function openConnection(
  { address, port, tls, ssh }: Destination,
  wait: ConnectOptions,
): Promise<Connection> {
  if (ssh !== undefined) return openThroughSsh(ssh, wait);
  if (tls === undefined) return connect(address, port, wait);
  const { connectTls, Sessions } = await import('../tls/index.ts'); // plain hosts do without
  const identity = await identityOf(tls.env);
  const sessions = new Sessions(tls.folder);
  return connectTls(address, port, { ...wait, serverName: tls.name, identity, sessions });
}

/** What starts an ssh is loaded only where a job needs one of its own. */
async function openThroughSsh(
  { host, route, env }: SshNeeds,
  wait: ConnectOptions,
): Promise<Connection> {
  if (route.kind === 'socket') return connectLocal(route.path, wait);
  const { connectRoute } = await import('../ssh/index.ts');
  return connectRoute(host, route, { ...wait, env });
}

let reading: Promise<Identity> | undefined;

/** This machine's certificate, read once. */
export function identityOf(env: NodeJS.ProcessEnv): Promise<Identity> {
  return (reading ??= import('../tls/index.ts').then(({ readIdentity }) => readIdentity(env)));
}

/** Make ready for hosts over TLS while the preprocessor runs: under Node, node:tls takes as long to load. */
export function warmUp(hosts: readonly HostSpec[], env: NodeJS.ProcessEnv): void {
  if (!hosts.some((host) => host.kind === 'tcp' && host.isTls)) return;
  const ready = Promise.all([import('../tls/index.ts'), identityOf(env)]);
  ready
    .then(([{ prepareTickets }]) => {
      prepareTickets();
    })
    .catch(() => undefined); // told when it is used
}
