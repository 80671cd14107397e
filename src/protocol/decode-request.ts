import { ProtocolError } from '../errors/index.ts';
import { defaultRequestLimits } from './limits.ts';
import type { RequestLimits } from './limits.ts';
import { MessageDecoder } from './message-decoder.ts';
import type { Reading } from './message-decoder.ts';
import { requestOrder } from './order.ts';
import { tokens } from './packet.ts';
import type { PacketHead, ProtocolVersion } from './packet.ts';
import { PacketReader } from './packet-reader.ts';
import type { CompileRequest, RequestEntry } from './request.ts';

/** Reads one request from a stream, however it was cut. Linear in time; each byte is copied once. */
export class RequestDecoder {
  readonly #decoder: MessageDecoder<CompileRequest>;

  /** @param limits - those to use instead of {@link defaultRequestLimits} */
  constructor(limits: Partial<RequestLimits> = {}) {
    this.#decoder = new MessageDecoder(
      'request',
      readRequest({ ...defaultRequestLimits, ...limits }),
    );
  }

  /** Whether a first byte has come. */
  get isStarted(): boolean {
    return this.#decoder.isStarted;
  }

  /** Whether bytes came after the request; they are dropped. */
  get hasTrailingBytes(): boolean {
    return this.#decoder.hasTrailingBytes;
  }

  /**
   * Take the next bytes of the stream.
   * @returns the request, once, when its last byte has come
   * @throws {ProtocolError} when the bytes are not the protocol or break a limit
   */
  push(chunk: Uint8Array): CompileRequest | undefined {
    return this.#decoder.push(chunk);
  }

  /**
   * The client has closed its side. A stream without any byte is no error: somebody only knocked.
   * @throws {TruncatedError} in the middle of a request
   */
  end(): void {
    if (this.isStarted) this.#decoder.end();
  }
}

/** All that a request of any version may have, while it is read. */
interface Draft {
  readonly version: ProtocolVersion;
  cwd: string;
  readonly args: string[];
  readonly entries: RequestEntry[];
  source: Uint8Array;
}

function* readRequest(limits: RequestLimits): Reading<CompileRequest> {
  const packets = new PacketReader({ ...limits, maxMessageBytes: limits.maxRequestBytes });
  const version = versionOf(packets.head(yield packets.awaitHead(tokens.request)));
  const draft: Draft = { version, cwd: '', args: [], entries: [], source: new Uint8Array(0) };
  const [, ...parts] = requestOrder[version];
  for (const part of parts) yield* partReadings[part](packets, limits, draft);
  const { cwd, args, entries, source } = draft;
  return version === 3 ? { version, cwd, args, entries } : { version, args, source };
}

/** The original serves version 0 as 1; nothing sends it but a mistake. */
function versionOf({ parameter }: PacketHead): ProtocolVersion {
  if (parameter === 1 || parameter === 2 || parameter === 3) return parameter;
  throw new ProtocolError(`Cannot speak protocol version ${parameter}: 1, 2 or 3 wanted`);
}

type ReadPart = (packets: PacketReader, limits: RequestLimits, draft: Draft) => Reading<void>;

const partReadings = {
  *cwd(packets, { maxNameBytes }, draft) {
    const head = packets.head(yield packets.awaitHead(tokens.directory));
    draft.cwd = packets.text(yield packets.awaitText(head, maxNameBytes));
  },
  *args(packets, { maxArgumentCount, maxArgumentBytes }, draft) {
    const count = packets.count(yield packets.awaitHead(tokens.argumentCount), maxArgumentCount);
    if (count === 0) throw new ProtocolError('Cannot serve ARGC 0: a compiler is wanted');
    while (draft.args.length < count) {
      const head = packets.head(yield packets.awaitHead(tokens.argument));
      draft.args.push(packets.text(yield packets.awaitText(head, maxArgumentBytes)));
    }
  },
  *source(packets, _limits, draft) {
    const { version } = draft;
    const head = packets.head(yield packets.awaitHead(tokens.source));
    draft.source = packets.bulk(yield packets.awaitBulk(head, version), version);
  },
  *entries(packets, { maxEntries, maxNameBytes }, draft) {
    const count = packets.count(yield packets.awaitHead(tokens.entryCount), maxEntries);
    while (draft.entries.length < count) {
      draft.entries.push(yield* readEntry(packets, maxNameBytes));
    }
  },
} satisfies Record<string, ReadPart>;

function* readEntry(packets: PacketReader, maxNameBytes: number): Reading<RequestEntry> {
  const nameHead = packets.head(yield packets.awaitHead(tokens.name));
  const name = packets.text(yield packets.awaitText(nameHead, maxNameBytes));
  const head = packets.head(yield packets.awaitHead(tokens.file, tokens.link));
  if (head.token === tokens.file) {
    return { kind: 'file', name, content: packets.bulk(yield packets.awaitBulk(head, 3), 3) };
  }
  return { kind: 'link', name, target: packets.text(yield packets.awaitText(head, maxNameBytes)) };
}
