import type net from 'node:net';
import tls from 'node:tls';
import { codeOf, TlsError, UntrustedError } from '../errors/index.ts';
import { formatAddress } from '../net/index.ts';
import { periodOf, tlsOptions, whyUnfit } from '../tls/index.ts';
import type { Identity } from '../tls/index.ts';

/** A client that has shown a certificate of the farm. */
export interface KnownClient {
  readonly socket: tls.TLSSocket;
  /** As its certificate has it: `CN=build7`. */
  readonly subject: string;
}

/** A client that has not finished its handshake by then is not one of ours. */
const HANDSHAKE_MS = 10_000;

interface Waiting {
  readonly resolve: (socket: tls.TLSSocket) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Lets in who has a certificate of the farm. What a ticket opens is asked again: who comes with one must
 * have shown a certificate when it was given, and all tickets are void when the hour is over or when a
 * certificate, an authority or the list of the revoked has changed.
 */
export class Gate {
  readonly #identity: () => Identity;
  readonly #now: () => number;
  readonly #waiting = new Map<string, Waiting>();
  #server: tls.Server | undefined;
  #serves: { readonly identity: Identity; readonly period: number } | undefined;

  /** @param identity - gives the same object while nothing changes: `keepIdentity` */
  constructor(identity: () => Identity, now: () => number = Date.now) {
    this.#identity = identity;
    this.#now = now;
  }

  /**
   * Shake hands with a client; not a byte of what it has to say is read before.
   * @param socket - just accepted; the caller destroys it when this throws
   * @throws {UntrustedError} when it cannot prove that it belongs to the farm
   * @throws {TlsError} when it leaves or speaks something else
   */
  async admit(socket: net.Socket): Promise<KnownClient> {
    const client = await this.#shakeHands(socket);
    const certificate = client.getPeerX509Certificate();
    const subject = certificate?.subject.replaceAll('\n', ', ') ?? 'nobody';
    if (certificate === undefined) throw new UntrustedError('It shows no certificate');
    // `authorized` alone would do for nobody: node:tls says it of a ticket given to a client without
    // a certificate, too.
    const reason = client.authorized
      ? whyUnfit(certificate, 'client', this.#now())
      : String(client.authorizationError);
    if (reason === undefined) return { socket: client, subject };
    throw new UntrustedError(`It cannot prove to be ${subject}: ${reason}`);
  }

  #shakeHands(socket: net.Socket): Promise<tls.TLSSocket> {
    const name = nameOf(socket);
    return new Promise<tls.TLSSocket>((resolve, reject) => {
      this.#waiting.set(name, { resolve, reject });
      socket.once('close', () => {
        reject(new TlsError('It left before it had shown a certificate'));
      });
      this.#current().emit('connection', socket);
    }).finally(() => {
      this.#waiting.delete(name);
    });
  }

  /** A new server has new keys for its tickets: those of the one before are void. */
  #current(): tls.Server {
    const [identity, period] = [this.#identity(), periodOf(this.#now())];
    const { identity: served, period: hour } = this.#serves ?? {};
    if (this.#server !== undefined && served === identity && hour === period) return this.#server;
    this.#serves = { identity, period };
    return (this.#server = this.#makeServer(identity));
  }

  #makeServer(identity: Identity): tls.Server {
    const options = {
      ...tlsOptions(identity),
      handshakeTimeout: HANDSHAKE_MS,
      sessionTimeout: 3600,
      requestCert: true,
      rejectUnauthorized: false, // admit() does, and can tell whom it turned away
    };
    return tls
      .createServer(options, (client) => {
        client.on('error', () => undefined); // a reset has no reader to tell; 'close' follows
        this.#waiting.get(nameOf(client))?.resolve(client);
      })
      .on('tlsClientError', (error, client) => {
        this.#waiting.get(nameOf(client))?.reject(new TlsError(`No TLS: ${codeOf(error)}`));
      });
  }
}

function nameOf(socket: net.Socket): string {
  return formatAddress(socket.remoteAddress ?? '', socket.remotePort ?? 0);
}
