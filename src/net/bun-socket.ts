import type { BunHandlers, BunTcp } from '../process/index.ts';
import type { Connection } from './connection.ts';

const RESET = Object.assign(new Error('The peer reset the connection'), { code: 'ECONNRESET' });
const CLOSED = new Error('The connection is closed');

type Done = (error?: Error | null) => void;
type Event = 'data' | 'end' | 'close' | 'timeout';
type Listener = (bytes: Uint8Array) => void;

const NOTHING = new Uint8Array(0);

/** What Bun calls, for all sockets: it reads these functions anew, but they are not made anew for each one. */
export const bunHandlers: BunHandlers<BunSocket> = {
  open: (socket) => {
    socket.data.onOpen(socket);
  },
  connectError: ({ data }) => {
    data.onSettled();
  },
  data: ({ data }, bytes) => {
    data.onData(bytes);
  },
  drain: ({ data }) => {
    data.onDrain();
  },
  end: ({ data }) => {
    data.onEnd();
  },
  close: (socket, error) => {
    socket.data.onClose(socket, error);
  },
  error: ({ data }, error) => {
    data.errored ??= error;
  },
};

/**
 * A socket of the executable: what node:net does there takes twice the time (docs/how-it-fits.md). Listeners are
 * its own, too: node:events is a twentieth of what JavaScript does for a host.
 */
export class BunSocket implements Connection {
  errored: Error | null = null;
  timeout?: number | undefined;
  readonly #listeners: { [Each in Event]?: Listener[] } = {};
  #socket: BunTcp | undefined;
  #unsent: Uint8Array[] = [];
  #waiting: Done[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isCorked = false;
  #isEnding = false;
  #isClosed = false;
  #isSettled = false;
  #hasEnded = false;

  /** Attempts to connect that nobody waits for any more: they hold a descriptor each. */
  static abandonedCount = 0;

  /** Nobody wants it any more, or it is broken. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Bun's part of it is there. */
  onOpen(socket: BunTcp): void {
    this.#socket = socket;
    if (this.#isClosed) socket.close();
    this.onSettled();
  }

  /** The attempt to connect has come to an end, good or bad. */
  onSettled(): void {
    if (this.#isClosed && !this.#isSettled) BunSocket.abandonedCount -= 1;
    this.#isSettled = true;
  }

  onData(bytes: Uint8Array): void {
    this.#timer?.refresh();
    this.#tell('data', bytes);
  }

  onDrain(): void {
    this.#timer?.refresh();
    this.#flush();
  }

  /** The peer ended its side. */
  onEnd(): void {
    if (this.#hasEnded || this.#isClosed) return;
    this.#hasEnded = true;
    this.#tell('end');
  }

  onClose(_socket: BunTcp, error?: Error): void {
    if (error === undefined && this.errored === null) this.onEnd();
    this.#close(error);
  }

  on(event: Event, listener: Listener): void {
    (this.#listeners[event] ??= []).push(listener);
  }

  off(event: Event, listener: Listener): void {
    this.#listeners[event] = this.#listeners[event]?.filter((each) => each !== listener) ?? [];
  }

  cork(): void {
    this.#isCorked = true;
  }

  uncork(): void {
    this.#isCorked = false;
    this.#flush();
  }

  write(bytes: Uint8Array, done?: Done): void {
    if (done !== undefined) this.#waiting.push(done);
    if (this.#isClosed) this.#answer(this.errored ?? CLOSED);
    else this.#unsent.push(bytes);
    if (!this.#isCorked) this.#flush();
  }

  end(): void {
    this.#isEnding = true;
    this.#flush();
  }

  pause(): void {
    this.#socket?.pause();
  }

  destroy(error?: Error): void {
    if (this.#isClosed) return;
    if (!this.#isSettled) BunSocket.abandonedCount += 1;
    this.#close(error); // first, for Bun calls back at once
    this.#socket?.close();
  }

  setTimeout(timeoutMs: number, callback?: () => void): void {
    clearTimeout(this.#timer);
    this.timeout = timeoutMs;
    if (callback !== undefined) this.off('timeout', callback);
    if (timeoutMs === 0) return;
    if (callback !== undefined) this.on('timeout', callback);
    this.#timer = setTimeout(() => {
      this.#tell('timeout');
    }, timeoutMs);
  }

  #tell(event: Event, bytes: Uint8Array = NOTHING): void {
    for (const listener of this.#listeners[event] ?? []) listener(bytes);
  }

  #flush(): void {
    if (this.#isClosed || this.#socket === undefined) return;
    if (this.#unsent.length > 0) this.#unsent = this.#send(this.#socket, this.#unsent);
    if (this.#unsent.length > 0) return; // until it drains
    this.#answer();
    if (this.#isEnding) this.#socket.shutdown();
  }

  /** @returns what the system has no room for yet */
  #send(socket: BunTcp, unsent: Uint8Array[]): Uint8Array[] {
    const bytes =
      unsent.length === 1 && unsent[0] !== undefined ? unsent[0] : Buffer.concat(unsent);
    const count = socket.write(bytes);
    if (count < 0) this.errored ??= RESET; // Bun closes it next, and says no more
    return count < bytes.length ? [bytes.subarray(Math.max(0, count))] : [];
  }

  #close(error?: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.errored ??= error ?? null;
    clearTimeout(this.#timer);
    this.#answer(this.errored ?? CLOSED);
    setImmediate(() => {
      this.#tell('close');
    });
  }

  #answer(error?: Error): void {
    for (const done of this.#waiting.splice(0)) setImmediate(done, error);
  }
}
