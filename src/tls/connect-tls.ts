import type { X509Certificate } from 'node:crypto';
import type net from 'node:net';
import type tls from 'node:tls';
import { codeOf, TlsError, UntrustedError } from '../errors/index.ts';
import { connectSocket, formatAddress, isIP, onAbort, resumeByBun } from '../net/index.ts';
import type { Connection, ConnectOptions } from '../net/index.ts';
import { bun } from '../process/index.ts';
import { contextOf, makeSecureContext, ticketOptions } from './context.ts';
import type { Identity } from './identity.ts';
import type { SessionKey, Sessions } from './sessions.ts';
import { whyUnfit } from './usage.ts';

/** How {@link connectTls} trusts. */
export interface ConnectTlsOptions extends ConnectOptions {
  readonly identity: Identity;
  /** The name or address that the server's certificate must have. */
  readonly serverName: string;
  /** Where tickets are kept; without it the server proves itself each time. */
  readonly sessions?: Sessions;
}

/**
 * Open a connection to a server of the farm. When it comes back the server has proved, by a certificate
 * or a ticket that it gave after one, that it is who it should be; nothing was sent to it before.
 * @param address - an IPv4 or IPv6 literal
 * @throws {ConnectError | TimeoutError} when the address does not take the connection
 * @throws {TlsError} when no TLS comes about
 * @throws {UntrustedError} when the server cannot prove who it is; `cause` has OpenSSL's code
 * @throws {IoError} when our own certificate is no good
 */
export async function connectTls(
  address: string,
  port: number,
  options: ConnectTlsOptions,
): Promise<Connection> {
  const { identity, sessions } = options;
  const serverName = options.serverName.replace(/%.*$/, ''); // no certificate knows our interfaces
  const key = { address, port, serverName, digest: identity.digest };
  const session = sessions?.find(key);
  if (session !== undefined) {
    const resumed = await resume(key, session, options);
    if (resumed !== undefined) return resumed;
    sessions?.forget(key);
  }
  return prove(key, options);
}

/** What is done with who took a ticket: nothing else makes a connection of it, so it proves nothing. */
async function resume(
  key: SessionKey,
  session: Buffer,
  options: ConnectTlsOptions,
): Promise<Connection | undefined> {
  if (bun === undefined) return resumeByNode(key, session, options);
  const { address, port, serverName } = key;
  const resumption = { session, ca: options.identity.ca, ...sentName(serverName) };
  return resumeByBun(bun, address, port, resumption, options);
}

async function resumeByNode(
  key: SessionKey,
  session: Buffer,
  options: ConnectTlsOptions,
): Promise<tls.TLSSocket | undefined> {
  const own = { secureContext: contextOfTickets(), session };
  try {
    const socket = await shakeHands(key, own, options);
    if (socket.isSessionReused()) return socket;
    socket.destroy();
  } catch (error) {
    if (!(error instanceof TlsError || error instanceof UntrustedError)) throw error;
  }
  return undefined;
}

let ticketContext: tls.SecureContext | undefined;

/** Load what a ticket is shown with: best while there is something to wait for anyway. */
export function prepareTickets(): void {
  if (bun === undefined) contextOfTickets();
}

function contextOfTickets(): tls.SecureContext {
  return (ticketContext ??= makeSecureContext(ticketOptions));
}

/** A name that is asked for; addresses never are (RFC 6066, 3). */
function sentName(serverName: string): { readonly serverName?: string } {
  return isIP(serverName) === 0 ? { serverName } : {};
}

async function prove(key: SessionKey, options: ConnectTlsOptions): Promise<tls.TLSSocket> {
  const { identity, sessions } = options;
  const socket = await shakeHands(key, { secureContext: contextOf(identity) }, options);
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) throw refuse(socket, key, 'it shows no certificate');
  const reason = whyUnfit(certificate, 'server', Date.now());
  if (reason !== undefined) throw refuse(socket, key, reason);
  if (sessions !== undefined) {
    socket.once('session', (session: Buffer) => {
      sessions.keep(key, session, validUntil(certificate));
    });
  }
  return socket;
}

function refuse(socket: tls.TLSSocket, key: SessionKey, reason: string): UntrustedError {
  socket.destroy();
  return untrusted(key, reason);
}

/** Until the first certificate of a chain expires, in milliseconds since 1970. */
function validUntil({ validTo, issuerCertificate }: X509Certificate): number {
  const until = Date.parse(validTo);
  return issuerCertificate === undefined ? until : Math.min(until, validUntil(issuerCertificate));
}

async function shakeHands(
  key: SessionKey,
  own: Pick<tls.ConnectionOptions, 'secureContext' | 'session'>,
  options: ConnectTlsOptions,
): Promise<tls.TLSSocket> {
  const startedAtMs = performance.now();
  const { address, port, serverName } = key;
  const raw = await connectSocket(address, port, options);
  const { connect, checkServerIdentity } = process.getBuiltinModule('node:tls');
  const { serverName: servername } = sentName(serverName);
  const socket = connect({
    ...own,
    socket: raw,
    ...(servername !== undefined && { servername }),
    rejectUnauthorized: true,
    checkServerIdentity: (_, certificate) => checkServerIdentity(serverName, certificate),
  });
  const leftMs = Math.max(1, options.timeoutMs - (performance.now() - startedAtMs));
  socket.on('error', () => undefined); // a reset between two reads has no reader to tell
  try {
    await secured(socket, leftMs, options);
    return socket;
  } catch (cause) {
    destroyBoth(socket, raw);
    options.signal.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    // Set by node:tls, and only where it was the certificate that did not pass.
    if ((socket.authorizationError as unknown) != null) throw untrusted(key, reason, cause);
    throw new TlsError(`No TLS with ${formatAddress(address, port)}: ${shorten(cause)}`, { cause });
  }
}

function destroyBoth(socket: tls.TLSSocket, raw: net.Socket): void {
  socket.destroy();
  raw.destroy();
}

/** A listener and a timer of our own, as in connect(). */
function secured(
  socket: tls.TLSSocket,
  timeoutMs: number,
  { signal }: ConnectOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error?: Error): void => {
      clearTimeout(timer);
      takeBack();
      socket.off('secureConnect', end).off('error', end).off('close', close);
      if (error === undefined) resolve();
      else reject(error);
    };
    const close = (): void => {
      end(new Error('it closed the connection'));
    };
    const timer = setTimeout(end, timeoutMs, new Error('it did not answer in time'));
    const takeBack = onAbort(signal, () => {
      end(new Error('Aborted'));
    });
    socket.on('secureConnect', end).on('error', end).on('close', close);
  });
}

/** OpenSSL's messages name its own source files. */
function shorten(cause: unknown): string {
  const code = codeOf(cause);
  if (code === 'ECONNRESET') return 'it closed the connection';
  return code.replace(/^ERR_SSL_/, '').replaceAll('_', code.startsWith('ERR_SSL_') ? ' ' : '_');
}

function untrusted(key: SessionKey, reason: string, cause?: unknown): UntrustedError {
  const where = formatAddress(key.address, key.port);
  return new UntrustedError(`${where} does not prove that it is "${key.serverName}": ${reason}`, {
    cause,
  });
}
