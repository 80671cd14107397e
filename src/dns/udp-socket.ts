import type dgram from 'node:dgram';
import { codeOf } from '../errors/index.ts';
import { bun } from '../process/index.ts';
import type { Bun, BunUdp } from '../process/index.ts';

/** Room for the answers of a burst; the kernel's default drops replies above some 200 in flight. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

/** The address family of a socket. */
export type Family = 'udp4' | 'udp6';

/** What a socket tells. */
export interface UdpEvents {
  onMessage(bytes: Buffer, address: string, port: number): void;
  /**
   * A datagram cannot be sent there.
   * @param code - the errno name: `ENETUNREACH`
   */
  onUnsent(id: number, code: string): void;
  /** It is of no use any more. */
  onBroken(): void;
}

/** A socket for one address family, at a random port; it does not keep the process alive. */
export interface UdpSocket {
  /** @param id - names the datagram, should it not be sent */
  send(bytes: Uint8Array, address: string, port: number, id: number): void;
  /** Nothing more is heard. */
  close(): void;
}

/**
 * Open a socket. Nothing is told at once, and where there can be none (no IPv6, no descriptor left), each
 * datagram is told as one that cannot be sent.
 * @param isBusy - more than a hundred answers may come at once
 */
export function openUdp(family: Family, events: UdpEvents, isBusy: boolean): UdpSocket {
  // Bun's own socket takes a third of the time, and knows no larger buffer.
  return bun !== undefined && !isBusy
    ? new BunUdpSocket(bun, family, events)
    : openByNode(family, events);
}

function openByNode(family: Family, events: UdpEvents): UdpSocket {
  const socket = process.getBuiltinModule('node:dgram').createSocket({
    type: family,
    ipv6Only: family === 'udp6',
    lookup: (address, _options, done) => {
      done(null, address, family === 'udp6' ? 6 : 4);
    },
  });
  socket.on('listening', () => {
    enlargeBuffer(socket);
  });
  socket.on('message', (bytes, { address, port }) => {
    events.onMessage(bytes, address, port);
  });
  let fault: Error | undefined;
  socket.on('error', (error) => {
    fault ??= error;
    setImmediate(() => {
      events.onBroken(); // not at once, as bind() may fail
    });
  });
  socket.bind({ port: 0, exclusive: true }); // the kernel draws a random port
  socket.unref();
  return {
    send: (bytes, address, port, id) => {
      const onSent = (error: Error | null): void => {
        if (error !== null) events.onUnsent(id, codeOf(error));
      };
      if (fault === undefined) socket.send(bytes, port, address, onSent);
      else setImmediate(onSent, fault);
    },
    close: () => {
      socket.close();
    },
  };
}

function enlargeBuffer(socket: dgram.Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
  } catch {
    // Some systems refuse more than their maximum: what we have must do.
  }
}

/** A question on its way out. */
interface Datagram {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly address: string;
  readonly port: number;
}

/** What is sent in one go leaves by one call of the system; before it is open, it waits. */
class BunUdpSocket implements UdpSocket {
  readonly #events: UdpEvents;
  #socket: BunUdp | undefined;
  #unsent: Datagram[] = [];
  #isClosed = false;

  constructor(bun: Bun, family: Family, events: UdpEvents) {
    this.#events = events;
    const socket = {
      data: (_: BunUdp, bytes: Buffer, port: number, address: string) => {
        events.onMessage(bytes, address, port);
      },
      error: () => undefined, // a server that is not there: its question is sent again anyway
    };
    const hostname = family === 'udp6' ? '::' : '0.0.0.0';
    const open = async (): Promise<BunUdp> => bun.udpSocket({ hostname, socket }); // what it throws at once, too
    open().then(
      (opened) => {
        this.#onOpen(opened);
      },
      (error: unknown) => {
        this.#onFailed(codeOf(error));
      },
    );
  }

  send(bytes: Uint8Array, address: string, port: number, id: number): void {
    if (this.#unsent.push({ id, bytes, address, port }) === 1) queueMicrotask(this.#flush);
  }

  close(): void {
    this.#isClosed = true;
    this.#unsent = [];
    this.#socket?.close();
  }

  #onOpen(socket: BunUdp): void {
    if (this.#isClosed) {
      socket.close();
      return;
    }
    socket.unref();
    this.#socket = socket;
    this.#flush();
  }

  #onFailed(code: string): void {
    const unsent = this.#unsent;
    this.#events.onBroken();
    for (const { id } of unsent) this.#events.onUnsent(id, code);
  }

  readonly #flush = (): void => {
    if (this.#socket === undefined) return;
    let left = this.#unsent;
    this.#unsent = [];
    while (left.length > 0) {
      const sentCount = trySendMany(this.#socket, left);
      const next = left[sentCount];
      if (next !== undefined) this.#sendAlone(this.#socket, next);
      left = left.slice(sentCount + 1);
    }
  };

  #sendAlone(socket: BunUdp, datagram: Datagram): void {
    // The first error may be of a datagram before: the system tells it at the next one's sending.
    const code = trySend(socket, datagram) && trySend(socket, datagram);
    if (code === undefined) return;
    setImmediate(() => {
      this.#events.onUnsent(datagram.id, code);
    });
  }
}

/** @returns how many were sent; the one behind them could not be sent now */
function trySendMany(socket: BunUdp, datagrams: readonly Datagram[]): number {
  const packets: (Uint8Array | number | string)[] = [];
  for (const { bytes, port, address } of datagrams) packets.push(bytes, port, address);
  try {
    return socket.sendMany(packets);
  } catch {
    return 0;
  }
}

/** @returns the errno name when it cannot be sent */
function trySend(socket: BunUdp, { bytes, port, address }: Datagram): string | undefined {
  try {
    socket.send(bytes, port, address); // what does not fit into the system's buffer is lost, as on the way
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
}
