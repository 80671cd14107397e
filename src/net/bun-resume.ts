import type { Bun, BunHandlers, BunTcp } from '../process/index.ts';
import { bunHandlers, BunSocket } from './bun-socket.ts';
import type { Connection } from './connection.ts';
import { open } from './open.ts';
import type { ConnectOptions, Maker } from './open.ts';
import { onAbort } from './on-abort.ts';

const TLS_1_3 = 0x304;

/** A ticket, and what goes with it. */
export interface Resumption {
  /** As node:tls gives it. */
  readonly session: Uint8Array;
  /** Whom we believe, PEM: not believed here, for who takes no ticket is left. */
  readonly ca: string;
  /** A name; absent where the server is known by an address. */
  readonly serverName?: string;
}

/**
 * Open a connection by TLS 1.3 to who takes a ticket, in the executable: node:tls costs there as much as the
 * rest of distcc. Only the server that gave the ticket can take it (RFC 8446, 2.2): when this comes back it has
 * proved that, and nothing was sent before but the ticket.
 * @param address - an IPv4 or IPv6 literal
 * @returns undefined when who is there takes no such ticket, or speaks no TLS
 * @throws {TimeoutError | ConnectError} when the address does not take the connection
 */
export async function resumeByBun(
  bun: Bun,
  address: string,
  port: number,
  { session, ...tls }: Resumption,
  options: ConnectOptions,
): Promise<Connection | undefined> {
  const startedAtMs = performance.now();
  const secure = { ...tls, rejectUnauthorized: true, minVersion: TLS_1_3 } as const;
  const socket = await open({ hostname: address, port }, options, (target, _, maker) => {
    const made = new ResumedSocket(session, maker);
    const how = { allowHalfOpen: false, socket: handlers, data: made, tls: secure };
    bun.connect({ ...target, ...how }).catch((error: unknown) => {
      maker.onFailed(error);
    });
    return made;
  });
  const leftMs = Math.max(1, options.timeoutMs - (performance.now() - startedAtMs));
  if (await isTakenInTime(socket, leftMs, options.signal)) return socket;
  socket.destroy();
  options.signal.throwIfAborted();
  return undefined;
}

async function isTakenInTime(
  socket: ResumedSocket,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const giveUp = (): void => {
    socket.settle(false);
  };
  const timer = setTimeout(giveUp, timeoutMs);
  const takeBack = onAbort(signal, giveUp);
  try {
    return await socket.isTaken;
  } finally {
    clearTimeout(timer);
    takeBack();
  }
}

/** Shows a ticket. */
class ResumedSocket extends BunSocket {
  readonly #session: Uint8Array;
  readonly #maker: Maker;
  /** Once the handshake is over. */
  readonly isTaken: Promise<boolean>;
  settle: (isTaken: boolean) => void = () => undefined;

  constructor(session: Uint8Array, maker: Maker) {
    super();
    this.#session = session;
    this.#maker = maker;
    this.isTaken = new Promise((resolve) => (this.settle = resolve));
  }

  override onOpen(socket: BunTcp): void {
    socket.setSession(this.#session);
    super.onOpen(socket);
    setImmediate(() => {
      this.#maker.onMade();
    });
  }

  override onClose(socket: BunTcp, error?: Error): void {
    this.settle(false);
    super.onClose(socket, error);
  }
}

const handlers: BunHandlers<ResumedSocket> = {
  ...bunHandlers,
  handshake: (socket, isGood) => {
    socket.data.settle(isGood && isResumed(socket));
  },
};

function isResumed(socket: BunTcp): boolean {
  return socket.isSessionReused() && socket.getTLSVersion() === 'TLSv1.3';
}
