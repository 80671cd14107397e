import type net from 'node:net';
import type { HostSpec, TcpHost } from '../hosts/index.ts';
import { connect } from '../net/index.ts';
import type { Identity } from '../tls/index.ts';

/** One of a host's addresses, and how it is reached. */
export interface Destination {
  /** An IPv4 or IPv6 literal. */
  readonly address: string;
  readonly port: number;
  /** How it is reached over TLS; absent for a plain one. */
  readonly tls?: TlsNeeds;
}

/** What a connection over TLS needs. */
interface TlsNeeds {
  /** The name or address that the host's certificate must have. */
  readonly name: string;
  /** Says where our own certificate is. */
  readonly env: NodeJS.ProcessEnv;
  /** `$DISTCC_DIR`, where tickets are kept. */
  readonly folder: string;
}

/** Where a host of the list is reached. */
export function destinationOf(
  host: TcpHost,
  address: string,
  our: Omit<TlsNeeds, 'name'>,
): Destination {
  const { port, isTls, tlsName: name = host.host } = host;
  return { address, port, ...(isTls && { tls: { ...our, name } }) };
}

/**
 * Connect to a host; over TLS it has proved who it is when this comes back.
 * @throws {ConnectError | TimeoutError} when it does not take the connection
 * @throws {TlsError | UntrustedError} when it does not prove who it is
 * @throws {IoError} when our own certificate cannot be read
 */
export async function openConnection(
  { address, port, tls }: Destination,
  wait: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<net.Socket> {
  if (tls === undefined) return connect(address, port, wait);
  const { connectTls, Sessions } = await import('../tls/index.ts'); // plain hosts do not wait for node:tls
  const identity = await identityOf(tls.env);
  const sessions = new Sessions(tls.folder);
  return connectTls(address, port, { ...wait, serverName: tls.name, identity, sessions });
}

let reading: Promise<Identity> | undefined;

/** This machine's certificate, read once. */
export function identityOf(env: NodeJS.ProcessEnv): Promise<Identity> {
  return (reading ??= import('../tls/index.ts').then(({ readIdentity }) => readIdentity(env)));
}

/** Make ready for hosts over TLS while the preprocessor runs: what they need takes as long to load. */
export function warmUp(hosts: readonly HostSpec[], env: NodeJS.ProcessEnv): void {
  if (!hosts.some((host) => host.kind === 'tcp' && host.isTls)) return;
  const ready = Promise.all([import('../tls/index.ts'), identityOf(env)]);
  ready.then(([{ prepareTickets }]) => prepareTickets()).catch(() => undefined); // told when it is used
}
