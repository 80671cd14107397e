import type { PacketReader } from './packet-reader.ts';

/** A message's grammar as a coroutine: it yields when it needs bytes that have not come yet. */
export type Reading<Message> = Generator<undefined, Message, undefined>;

/** Reads one message from a stream, however it was cut. Linear in time; each byte is copied once at most. */
export class MessageDecoder<Message> {
  readonly #packets: PacketReader;
  /** Absent when it has come to its end, or failed. */
  #reading: Reading<Message> | undefined;
  #isStarted = false;
  #hasTrailingBytes = false;

  /**
   * @param packets - where the bytes go
   * @param reading - takes them from there
   */
  constructor(packets: PacketReader, reading: Reading<Message>) {
    this.#packets = packets;
    this.#reading = reading;
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
    if (chunk.length === 0) return undefined;
    this.#isStarted = true;
    if (this.#reading === undefined) {
      this.#hasTrailingBytes = true;
      return undefined;
    }
    this.#packets.add(chunk);
    return this.#read(this.#reading);
  }

  /**
   * The stream has ended.
   * @returns the message if it may end here and was not returned before
   * @throws {TruncatedError} when it may not; it names the token awaited
   */
  end(): Message | undefined {
    if (this.#reading === undefined) return undefined;
    this.#packets.end();
    return this.#read(this.#reading);
  }

  #read(reading: Reading<Message>): Message | undefined {
    this.#reading = undefined; // so it stays when the reading throws
    const step = reading.next();
    if (step.done === true) this.#hasTrailingBytes = this.#packets.hasBytesLeft;
    else this.#reading = reading;
    return step.value;
  }
}
