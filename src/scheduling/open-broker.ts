import { connectLocal, PatientTimer } from '../net/index.ts';
import type { Connection } from '../net/index.ts';
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
  const connection = await tryConnect(path);
  if (connection === undefined) return undefined;
  const broker = new BrokerConnection(connection);
  try {
    return { broker, first: await broker.ask(open, HELLO_MS) };
  } catch {
    broker.close();
    return undefined;
  }
}

/** Whether somebody serves this folder. */
export async function isServed(folder: string): Promise<boolean> {
  const path = shortPath(brokerFolder(folder), socketName());
  const connection = path === undefined ? undefined : await tryConnect(path);
  connection?.destroy();
  return connection !== undefined;
}

async function tryConnect(path: string): Promise<Connection | undefined> {
  const { signal } = new AbortController(); // it is over at once, one way or the other
  try {
    return await connectLocal(path, { timeoutMs: HELLO_MS, signal });
  } catch {
    return undefined;
  }
}

class BrokerConnection implements Broker {
  readonly #socket: Connection;
  readonly #decoder = new LineDecoder();
  #isGone = false;
  #silenceMs = 0;
  readonly #timer = new PatientTimer({ onLate: () => void this.#socket.destroy() });
  #settle: ((grant: Grant | BrokerLostError) => void) | undefined;
  onSecond: ((grant: HostGrant) => void) | undefined;

  constructor(socket: Connection) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#take(chunk);
      this.#expect(this.#silenceMs);
    });
    socket.on('close', () => {
      this.#isGone = true;
      this.#settle?.(new BrokerLostError('The broker is gone'));
    });
  }

  async ask(wish: Wish, silenceMs = SILENCE_MS): Promise<Grant> {
    if (this.#isGone) throw new BrokerLostError('The broker is gone');
    const answer = new Promise<Grant | BrokerLostError>((resolve) => {
      this.#settle = resolve;
    });
    this.tell(wish);
    this.#expect(silenceMs);
    const grant = await answer;
    this.#settle = undefined;
    this.#expect(0);
    if (grant instanceof BrokerLostError) throw grant;
    return grant;
  }

  tell(wish: Wish): void {
    if (!this.#isGone) this.#socket.write(Buffer.from(encodeLine(wish)));
  }

  close(): void {
    this.#expect(0);
    this.#socket.destroy();
  }

  /** Hang up after so long a silence; 0 is no limit. On a drowned machine, what has arrived is read first. */
  #expect(silenceMs: number): void {
    this.#silenceMs = silenceMs;
    if (silenceMs === 0) this.#timer.stop();
    else this.#timer.start(silenceMs);
  }

  #take(chunk: Uint8Array): void {
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
