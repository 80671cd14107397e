import { DistccError } from '../errors/index.ts';
import { abortWaiters, PatientTimer } from '../net/index.ts';
import type { AbortWaiter, Connection, LateWaiter } from '../net/index.ts';
import { readQuietSuccess, ResponseDecoder } from '../protocol/index.ts';
import type { CompileResponse, ProtocolVersion } from '../protocol/index.ts';

/** What came of a request, as far as the wire tells. */
export type Answer =
  | { readonly kind: 'response'; readonly response: CompileResponse }
  /** Not the protocol, or not to its end. */
  | { readonly kind: 'garbled'; readonly reason: string }
  /** Closed without a byte, before the request was read or after it. */
  | { readonly kind: 'closed'; readonly wasRequestRead: boolean }
  /** Nothing whole until the limit; `isAlive` when the server still heeds the connection. */
  | { readonly kind: 'silent'; readonly receivedBytes: number; readonly isAlive: boolean };

/** How {@link ask} waits. */
export interface AskOptions {
  /** That of the request. */
  readonly version: ProtocolVersion;
  readonly timeoutMs: number;
  /** How long after a server's end a reset may still arrive: a few round trips. */
  readonly resetWaitMs: number;
  /** Ends the wait by destroying the socket. */
  readonly signal: AbortSignal;
}

/** How long a server that is at work may take to notice that nobody waits any more. */
const SIGN_OF_LIFE_MS = 250;

/**
 * Send one request and wait for the answer; the socket is left to the caller, who may destroy it to
 * end the wait.
 * @param socket - connected, with `allowHalfOpen`
 * @param request - as `encodeRequest()` made it
 */
export function ask(
  socket: Connection,
  request: readonly Uint8Array[],
  options: AskOptions,
): Promise<Answer> {
  return new Promise((resolve) => {
    new Exchange(socket, options, resolve).start(request);
  });
}

/** One question on the wire: `waiting` for the answer, for a `reset` after an end, or for what a `late` one tells. */
class Exchange implements AbortWaiter, LateWaiter {
  readonly #socket: Connection;
  readonly #options: AskOptions;
  readonly #resolve: (answer: Answer) => void;
  readonly #timer = new PatientTimer(this);
  #phase: 'waiting' | 'reset' | 'late' | 'over' = 'waiting';
  #receivedBytes = 0;
  /** For an answer that comes in pieces, or is no quiet success. */
  #decoder: ResponseDecoder | undefined;

  constructor(socket: Connection, options: AskOptions, resolve: (answer: Answer) => void) {
    this.#socket = socket;
    this.#options = options;
    this.#resolve = resolve;
  }

  start(request: readonly Uint8Array[]): void {
    const socket = this.#socket;
    this.#timer.start(this.#options.timeoutMs);
    abortWaiters(this.#options.signal).add(this);
    socket.on('data', (chunk: Uint8Array) => {
      this.#onData(chunk);
    });
    socket.on('end', () => {
      this.#onEnd();
    });
    socket.on('close', () => {
      this.#onReset();
    });
    socket.cork();
    for (const chunk of request) socket.write(chunk);
    socket.uncork();
  }

  onAbort(): void {
    this.#socket.destroy();
  }

  onLate(): void {
    if (this.#phase === 'waiting') this.#onSilence();
    else if (this.#phase === 'reset') this.#onClosed();
    else this.#finish(this.#silent(false));
  }

  #onData(chunk: Uint8Array): void {
    if (this.#phase === 'over') return;
    this.#receivedBytes += chunk.length;
    if (this.#phase === 'late') this.#finish(this.#silent(true));
    else this.#decode(chunk);
  }

  #onEnd(): void {
    if (this.#phase === 'over') return;
    if (this.#phase === 'late') this.#finish(this.#silent(true));
    else if (this.#receivedBytes > 0) this.#decode();
    else this.#wait('reset', this.#options.resetWaitMs);
  }

  /** A reset that came after the server's end shows only when something is written. */
  #onClosed(): void {
    this.#socket.write(new Uint8Array(1), (error) => {
      this.#finish({ kind: 'closed', wasRequestRead: !error });
    });
  }

  /** A server that closes with our request unread resets the connection. */
  #onReset(): void {
    if (this.#phase === 'over') return;
    if (this.#phase === 'late') this.#finish(this.#silent(true));
    else if (this.#receivedBytes > 0) this.#decode();
    else this.#finish({ kind: 'closed', wasRequestRead: false });
  }

  /** distccd ends the compiler when its client closes its side; a process that hangs does nothing. */
  #onSilence(): void {
    this.#socket.end();
    this.#wait('late', SIGN_OF_LIFE_MS);
  }

  #wait(phase: 'reset' | 'late', waitMs: number): void {
    this.#phase = phase;
    this.#timer.start(waitMs);
  }

  /** @param chunk - absent at the end of the stream */
  #decode(chunk?: Uint8Array): void {
    try {
      const response = this.#read(chunk);
      if (response !== undefined) this.#finish({ kind: 'response', response });
    } catch (error) {
      if (!(error instanceof DistccError)) throw error;
      this.#finish({ kind: 'garbled', reason: error.message });
    }
  }

  #read(chunk?: Uint8Array): CompileResponse | undefined {
    const { version } = this.#options;
    if (this.#decoder === undefined && chunk !== undefined) {
      const response = readQuietSuccess(chunk, version);
      if (response !== undefined) return response;
    }
    this.#decoder ??= new ResponseDecoder(version);
    return chunk === undefined ? this.#decoder.end() : this.#decoder.push(chunk);
  }

  #silent(isAlive: boolean): Answer {
    return { kind: 'silent', receivedBytes: this.#receivedBytes, isAlive };
  }

  #finish(answer: Answer): void {
    this.#phase = 'over';
    this.#timer.stop();
    abortWaiters(this.#options.signal).delete(this);
    this.#resolve(answer);
  }
}
