import { TruncatedError } from '../errors/index.ts';

/** What a reading waits for before it can go on. */
export interface Demand {
  /** The token whose head or body this is. */
  readonly awaited: string;
  /** How many bytes, at least 1. They are reserved at once, so limits come first. */
  readonly byteCount: number;
  /** The stream may end here: the reading goes on with no bytes. */
  readonly mayEnd?: boolean;
}

/** A message's grammar as a coroutine: it yields what it needs and is handed exactly that. */
export type Reading<Message> = Generator<Demand, Message, Uint8Array>;

/**
 * Feeds a reading, however the bytes were split on the way. Each byte is copied once, into memory
 * reserved when its packet's head has passed the limits; untouched pages of it cost nothing yet.
 */
export class MessageDecoder<Message> {
  readonly #what: string;
  readonly #reading: Reading<Message>;
  #demand: Demand | undefined;
  #buffer = new Uint8Array(0);
  #filled = 0;
  #isStarted = false;
  #hasTrailingBytes = false;

  /** @param what - names the message in errors: `request` */
  constructor(what: string, reading: Reading<Message>) {
    this.#what = what;
    this.#reading = reading;
    this.#advance(this.#buffer);
  }

  /** Whether a first byte has come. */
  get isStarted(): boolean {
    return this.#isStarted;
  }

  /** Whether more came than the message (or came after an error); it was dropped. */
  get hasTrailingBytes(): boolean {
    return this.#hasTrailingBytes;
  }

  /**
   * Take the next bytes of the stream.
   * @returns the message, once, when its last byte has come
   * @throws {ProtocolError} when the bytes are not the protocol or break a limit
   */
  push(chunk: Uint8Array): Message | undefined {
    let message: Message | undefined;
    let at = 0;
    this.#isStarted ||= chunk.length > 0;
    while (at < chunk.length && this.#demand !== undefined) {
      const piece = chunk.subarray(at, at + this.#buffer.length - this.#filled);
      this.#buffer.set(piece, this.#filled);
      this.#filled += piece.length;
      at += piece.length;
      if (this.#filled === this.#buffer.length) message = this.#advance(this.#buffer);
    }
    this.#hasTrailingBytes ||= at < chunk.length;
    return message;
  }

  /**
   * The stream has ended.
   * @returns the message if it may end here and was not returned before
   * @throws {TruncatedError} when it may not
   */
  end(): Message | undefined {
    const demand = this.#demand;
    if (demand === undefined) return undefined;
    if (demand.mayEnd === true && this.#filled === 0) return this.#advance(new Uint8Array(0));
    this.#demand = undefined;
    throw new TruncatedError(
      `Cannot read the ${this.#what}: the stream ended at ${demand.awaited}, ` +
        `${this.#filled} of ${demand.byteCount} bytes received`,
    );
  }

  #advance(bytes: Uint8Array): Message | undefined {
    this.#demand = undefined; // so it stays when the reading throws
    const step = this.#reading.next(bytes);
    if (step.done === true) return step.value;
    this.#demand = step.value;
    this.#buffer = new Uint8Array(step.value.byteCount);
    this.#filled = 0;
    return undefined;
  }
}
