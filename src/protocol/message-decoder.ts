import { TruncatedError } from '../errors/index.ts';

/** What a reading waits for before it can go on. */
export interface Demand {
  /** The token whose head or body this is. */
  readonly awaited: string;
  /** How many bytes; none are there at once. Memory is reserved for them, so limits come first. */
  readonly byteCount: number;
  /** They are a part of the message, and get memory of their own; others are gone after the next step. */
  readonly isKept?: boolean;
  /** The stream may end here: the reading goes on with no bytes. */
  readonly mayEnd?: boolean;
}

/** A message's grammar as a coroutine: it yields what it needs and is handed exactly that. */
export type Reading<Message> = Generator<Demand, Message, Uint8Array>;

const NOTHING = new Uint8Array(0);

/**
 * Feeds a reading, however the bytes were split on the way. Each byte is copied once at most, into memory
 * reserved when its packet's head has passed the limits; untouched pages of it cost nothing yet.
 */
export class MessageDecoder<Message> {
  readonly #what: string;
  readonly #reading: Reading<Message>;
  #demand: Demand | undefined;
  /** What came of the bytes demanded, when they did not come together. */
  #buffer: Uint8Array | undefined;
  #filled = 0;
  #isStarted = false;
  #hasTrailingBytes = false;

  /** @param what - names the message in errors: `request` */
  constructor(what: string, reading: Reading<Message>) {
    this.#what = what;
    this.#reading = reading;
    this.#advance(NOTHING);
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
      const piece = chunk.subarray(at, at + this.#demand.byteCount - this.#filled);
      at += piece.length;
      const bytes = this.#collect(piece, this.#demand);
      if (bytes !== undefined) message = this.#advance(bytes);
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
    if (demand.mayEnd === true && this.#filled === 0) return this.#advance(NOTHING);
    this.#demand = undefined;
    throw new TruncatedError(
      `Cannot read the ${this.#what}: the stream ended at ${demand.awaited}, ` +
        `${this.#filled} of ${demand.byteCount} bytes received`,
    );
  }

  /** @returns the bytes demanded when this was the last piece of them */
  #collect(piece: Uint8Array, { byteCount, isKept }: Demand): Uint8Array | undefined {
    if (piece.length === byteCount && isKept !== true) return piece;
    this.#buffer ??= new Uint8Array(byteCount);
    this.#buffer.set(piece, this.#filled);
    this.#filled += piece.length;
    return this.#filled === byteCount ? this.#buffer : undefined;
  }

  #advance(bytes: Uint8Array): Message | undefined {
    this.#demand = undefined; // so it stays when the reading throws
    let step = this.#reading.next(bytes);
    while (step.done !== true && step.value.byteCount === 0) step = this.#reading.next(NOTHING);
    if (step.done === true) return step.value;
    this.#demand = step.value;
    this.#buffer = undefined;
    this.#filled = 0;
    return undefined;
  }
}
