import { ProtocolError } from '../errors/index.ts';
import { defaultRequestLimits } from './limits.ts';
import type { RequestLimits } from './limits.ts';
import { MessageDecoder } from './message-decoder.ts';
import type { Reading } from './message-decoder.ts';
import { requestOrder } from './order.ts';
import { tokens } from './packet.ts';
import type { ProtocolVersion } from './packet.ts';
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
  const version = yield* readVersion(packets);
  const draft: Draft = { version, cwd: '', args: [], entries: [], source: new Uint8Array(0) };
  const [, ...parts] = requestOrder[version];
  for (const part of parts) yield* partReadings[part](packets, limits, draft);
  const { cwd, args, entries, source } = draft;
  return version === 3 ? { version, cwd, args, entries } : { version, args, source };
}

/** The original serves version 0 as 1; nothing sends it but a mistake. */
function* readVersion(packets: PacketReader): Reading<ProtocolVersion> {
  const { parameter } = yield* packets.head(tokens.request);
  if (parameter === 1 || parameter === 2 || parameter === 3) return parameter;
  throw new ProtocolError(`Cannot speak protocol version ${parameter}: 1, 2 or 3 wanted`);
}

type ReadPart = (packets: PacketReader, limits: RequestLimits, draft: Draft) => Reading<void>;

const partReadings = {
  *cwd(packets, { maxNameBytes }, draft) {
    draft.cwd = yield* packets.text(yield* packets.head(tokens.directory), maxNameBytes);
  },
  *args(packets, { maxArgumentCount, maxArgumentBytes }, draft) {
    const count = yield* packets.count(tokens.argumentCount, maxArgumentCount);
    if (count === 0) throw new ProtocolError('Cannot serve ARGC 0: a compiler is wanted');
    while (draft.args.length < count) {
      const head = yield* packets.head(tokens.argument);
      draft.args.push(yield* packets.text(head, maxArgumentBytes));
    }
  },
  *source(packets, _limits, draft) {
    draft.source = yield* packets.bulk(yield* packets.head(tokens.source), draft.version);
  },
  *entries(packets, { maxEntries, maxNameBytes }, draft) {
    const count = yield* packets.count(tokens.entryCount, maxEntries);
    while (draft.entries.length < count) {
      draft.entries.push(yield* readEntry(packets, maxNameBytes));
    }
  },
} satisfies Record<string, ReadPart>;

function* readEntry(packets: PacketReader, maxNameBytes: number): Reading<RequestEntry> {
  const name = yield* packets.text(yield* packets.head(tokens.name), maxNameBytes);
  const head = yield* packets.head(tokens.file, tokens.link);
  return head.token === tokens.file
    ? { kind: 'file', name, content: yield* packets.bulk(head, 3) }
    : { kind: 'link', name, target: yield* packets.text(head, maxNameBytes) };
}
