import net from 'node:net';
import { encodeLine, LineDecoder } from './lines.ts';
import type { Grant, HostGrant, MonitorWish, OpenWish, Wish } from './messages.ts';
import { brokerFolder, isPrivate, shortPath, socketName } from './socket-path.ts';

/** A broker says hello at once; one that is stopped or drowned is none. */
const HELLO_MS = 5000;

/** A broker says every 5 s that it is there. */
const SILENCE_MS = 15_000;

/** A connection to this user's broker: slots are held for as long as it is open. */
export interface Broker {
  /**
   * Say a wish and wait for what is granted.
   * @throws {BrokerLostError} when the broker is gone
   */
  ask(wish: Wish): Promise<Grant>;
  /** Say what needs no answer. */
  tell(wish: Wish): void;
  /** Called with a second host for a job that is late. */
  onSecond: ((grant: HostGrant) => void) | undefined;
  /** Give everything back. */
  close(): void;
}

/** There is no broker any more: jobs go on without it. */
export class BrokerLostError extends Error {
  override readonly name = 'BrokerLostError';
}

/**
 * Connect to the broker of `$DISTCC_DIR` and open a job there.
 * @param folder - `$DISTCC_DIR`
 * @returns undefined when no broker is there, or none that can be trusted
 */
export async function openBroker(
  folder: string,
  open: OpenWish | MonitorWish,
): Promise<{ readonly broker: Broker; readonly first: Grant } | undefined> {
  const own = brokerFolder(folder);
  if (!isPrivate(own)) return undefined;
  const path = shortPath(own, socketName());
  if (path === undefined) return undefined;
  const connection = new Connection(net.connect(path));
  try {
    return { broker: connection, first: await connection.ask(open, HELLO_MS) };
  } catch {
    connection.close();
    return undefined;
  }
}

class Connection implements Broker {
  readonly #socket: net.Socket;
  readonly #decoder = new LineDecoder();
  #settle: ((grant: Grant | BrokerLostError) => void) | undefined;
  onSecond: ((grant: HostGrant) => void) | undefined;

  constructor(socket: net.Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#take(chunk);
    });
    socket.on('error', () => undefined); // 'close' follows
    socket.on('timeout', () => socket.destroy());
    socket.on('close', () => this.#settle?.(new BrokerLostError('The broker is gone')));
  }

  async ask(wish: Wish, silenceMs = SILENCE_MS): Promise<Grant> {
    if (this.#socket.destroyed) throw new BrokerLostError('The broker is gone');
    const answer = new Promise<Grant | BrokerLostError>((resolve) => {
      this.#settle = resolve;
    });
    this.tell(wish);
    this.#socket.setTimeout(silenceMs);
    const grant = await answer;
    this.#settle = undefined;
    this.#socket.setTimeout(0);
    if (grant instanceof BrokerLostError) throw grant;
    return grant;
  }

  tell(wish: Wish): void {
    if (this.#socket.writable) this.#socket.write(encodeLine(wish));
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    try {
      // A broker is this user's own program: what it says has the shape that messages.ts gives it.
      for (const value of this.#decoder.push(chunk)) this.#hear(value as Grant);
    } catch {
      this.#socket.destroy();
    }
  }

  #hear(grant: Grant): void {
    if (grant.grant === 'wait') return;
    if (grant.grant !== 'host' || !grant.isSecond) this.#settle?.(grant);
    else if (this.onSecond !== undefined) this.onSecond(grant);
    else this.tell({ wish: 'end', address: grant.address, port: grant.port, ending: 'lost' });
  }
}
