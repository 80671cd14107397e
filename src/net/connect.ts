import type { Socket } from 'node:net';
import { ConnectError, TimeoutError } from '../errors/index.ts';
import { bun } from '../process/index.ts';
import { bunHandlers, BunSocket } from './bun-socket.ts';
import { codeOf } from './code-of.ts';
import type { Connection } from './connection.ts';
import { explainRefusal } from './explain-refusal.ts';
import { PatientTimer } from './patient-timer.ts';
import type { LateWaiter } from './patient-timer.ts';
import { abortWaiters, reasonOf } from './on-abort.ts';
import type { AbortWaiter } from './on-abort.ts';

/** distcc's limit for one address (fact sheet 4.4). */
export const CONNECT_TIMEOUT_MS = 4000;

/**
 * Bun lets go of an attempt to connect only when the system gives it up, after two minutes: with more of
 * them than this, node:net takes over.
 */
const MAX_ABANDONED = 128;

/** How {@link connect} waits. */
export interface ConnectOptions {
  readonly timeoutMs: number;
  /** Keep our side open when the peer ends its own. */
  readonly allowHalfOpen?: boolean;
  readonly signal: AbortSignal;
}

/** An address, or a path on this machine. */
export type Target =
  { readonly hostname: string; readonly port: number } | { readonly unix: string };

/**
 * Open a TCP connection to an address that is known already: no name is looked up here.
 * @param address - an IPv4 or IPv6 literal
 * @throws {TimeoutError} when nothing answers within `timeoutMs`
 * @throws {ConnectError} when the connection is refused or no route leads there; `cause` has the code
 */
export function connect(
  address: string,
  port: number,
  options: ConnectOptions,
): Promise<Connection> {
  return open({ hostname: address, port }, options, quickest());
}

/**
 * Open a connection to a socket of this machine that has a path.
 * @throws {TimeoutError | ConnectError} as {@link connect}
 */
export function connectLocal(path: string, options: ConnectOptions): Promise<Connection> {
  return open({ unix: path }, options, quickest());
}

/**
 * {@link connect} with a socket of node:net, which node:tls can go on with.
 * @throws {TimeoutError | ConnectError} as {@link connect}
 */
export function connectSocket(
  address: string,
  port: number,
  options: ConnectOptions,
): Promise<Socket> {
  return open({ hostname: address, port }, options, startByNode);
}

/** Who is told, never at once, what became of an attempt to connect. */
export interface Maker {
  onMade(): void;
  onFailed(error: unknown): void;
}

/** Begins to connect. */
type Start<Made> = (target: Target, allowHalfOpen: boolean, maker: Maker) => Made;

function quickest(): Start<Connection> {
  return bun !== undefined && BunSocket.abandonedCount < MAX_ABANDONED ? startByBun : startByNode;
}

function startByBun(target: Target, allowHalfOpen: boolean, maker: Maker): Connection {
  const socket = new BunSocket();
  bun?.connect(Object.assign({ allowHalfOpen, socket: bunHandlers, data: socket }, target)).then(
    () => {
      setImmediate(tellMade, maker); // with all that are made now: what follows is quicker in one go
    },
    (error: unknown) => {
      maker.onFailed(error);
    },
  );
  return socket;
}

function tellMade(maker: Maker): void {
  maker.onMade();
}

function startByNode(target: Target, allowHalfOpen: boolean, maker: Maker): Socket {
  const place =
    'unix' in target
      ? { path: target.unix }
      : { host: target.hostname, port: target.port, noDelay: true };
  const socket = process.getBuiltinModule('node:net').connect({ ...place, allowHalfOpen });
  // A reset between two reads, too, which has no reader to tell.
  socket.on('error', (error) => {
    maker.onFailed(error);
  });
  socket.on('connect', () => {
    maker.onMade();
  });
  return socket;
}

const TOO_LATE = new Error('Too late');

/**
 * Wait for a connection to be made.
 * @throws {TimeoutError | ConnectError} as {@link connect}
 */
export function open<Made extends Connection>(
  target: Target,
  options: ConnectOptions,
  start: Start<Made>,
): Promise<Made> {
  return new Promise((resolve, reject) => {
    options.signal.throwIfAborted();
    new Attempt<Made>(target, options, resolve, reject).begin(start);
  });
}

/** With a timer and waiters of our own: AbortSignal.any and .timeout cost more than the connection. */
class Attempt<Made extends Connection> implements AbortWaiter, LateWaiter {
  readonly #target: Target;
  readonly #options: ConnectOptions;
  readonly #resolve: (made: Made) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #timer = new PatientTimer(this);
  #made: Made | undefined;
  #isOver = false;

  constructor(
    target: Target,
    options: ConnectOptions,
    resolve: (made: Made) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#target = target;
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  begin(start: Start<Made>): void {
    const { signal, timeoutMs, allowHalfOpen = false } = this.#options;
    this.#timer.start(timeoutMs);
    abortWaiters(signal).add(this);
    this.#made = start(this.#target, allowHalfOpen, this);
  }

  onMade(): void {
    if (this.#isOver || this.#made === undefined) return;
    this.#end();
    this.#resolve(this.#made);
  }

  onFailed(error: unknown): void {
    if (this.#isOver) return;
    this.#end();
    this.#made?.destroy();
    explain(error, this.#target, this.#options).catch(this.#reject);
  }

  onLate(): void {
    this.onFailed(TOO_LATE);
  }

  onAbort(): void {
    this.onFailed(reasonOf(this.#options.signal));
  }

  #end(): void {
    this.#isOver = true;
    this.#timer.stop();
    abortWaiters(this.#options.signal).delete(this);
  }
}

/** @throws why there is no connection; the caller's own reason comes first */
async function explain(cause: unknown, target: Target, options: ConnectOptions): Promise<never> {
  options.signal.throwIfAborted();
  const where = 'unix' in target ? target.unix : formatAddress(target.hostname, target.port);
  if (cause === TOO_LATE)
    throw new TimeoutError(`No connection to ${where} within ${options.timeoutMs} ms`);
  const real = 'unix' in target ? cause : await explainRefusal(cause, target.hostname);
  throw new ConnectError(`Cannot connect to ${where}: ${codeOf(real)}`, { cause: real });
}

/** `127.0.0.1:3632`, `[::1]:3632`. */
export function formatAddress(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
