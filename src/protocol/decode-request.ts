import { ProtocolError } from '../errors/index.ts';
import { checkLimit, defaultRequestLimits } from './limits.ts';
import type { RequestLimits } from './limits.ts';
import { MessageDecoder } from './message-decoder.ts';
import type { Reading } from './message-decoder.ts';
import { requestOrder } from './order.ts';
import { tokens } from './packet.ts';
import type { ProtocolVersion } from './packet.ts';
import { PacketReader } from './packet-reader.ts';
import type { CompileRequest, RequestEntry } from './request.ts';

/** Reads one request from a stream, however it was cut. */
export class RequestDecoder extends MessageDecoder<CompileRequest> {
  /** @param limits - those to use instead of {@link defaultRequestLimits} */
  constructor(limits: Partial<RequestLimits> = {}) {
    const all = { ...defaultRequestLimits, ...limits };
    const packets = new PacketReader('request', all, all.maxRequestBytes);
    super(packets, readRequest(packets, all));
  }

  /**
   * The client has closed its side. A stream without any byte is no error: somebody only knocked.
   * @throws {TruncatedError} in the middle of a request
   */
  override end(): undefined {
    if (this.isStarted) super.end();
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

function* readRequest(packets: PacketReader, limits: RequestLimits): Reading<CompileRequest> {
  while (packets.lacksHead(tokens.request)) yield;
  const version = versionOf(packets.parameter);
  const draft: Draft = { version, cwd: '', args: [], entries: [], source: new Uint8Array(0) };
  const [, ...parts] = requestOrder[version];
  for (const part of parts) yield* partReadings[part](packets, limits, draft);
  const { cwd, args, entries, source } = draft;
  return version === 3 ? { version, cwd, args, entries } : { version, args, source };
}

/** The original serves version 0 as 1; nothing sends it but a mistake. */
function versionOf(parameter: number): ProtocolVersion {
  if (parameter === 1 || parameter === 2 || parameter === 3) return parameter;
  throw new ProtocolError(`Cannot speak protocol version ${parameter}: 1, 2 or 3 wanted`);
}

type ReadPart = (packets: PacketReader, limits: RequestLimits, draft: Draft) => Reading<void>;

const partReadings = {
  *cwd(packets, { maxNameBytes }, draft) {
    while (packets.lacksText(tokens.directory, maxNameBytes)) yield;
    draft.cwd = packets.text;
  },
  *args(packets, { maxArgumentCount, maxArgumentBytes }, draft) {
    while (packets.lacksHead(tokens.argumentCount)) yield;
    const count = packets.parameter;
    checkLimit(tokens.argumentCount, count, maxArgumentCount);
    if (count === 0) throw new ProtocolError('Cannot serve ARGC 0: a compiler is wanted');
    while (draft.args.length < count) {
      while (packets.lacksText(tokens.argument, maxArgumentBytes)) yield;
      draft.args.push(packets.text);
    }
  },
  *source(packets, _limits, draft) {
    while (packets.lacksBulk(tokens.source, draft.version)) yield;
    draft.source = packets.bulk;
  },
  *entries(packets, { maxEntries, maxNameBytes }, draft) {
    while (packets.lacksHead(tokens.entryCount)) yield;
    const count = packets.parameter;
    checkLimit(tokens.entryCount, count, maxEntries);
    while (draft.entries.length < count) {
      draft.entries.push(yield* readEntry(packets, maxNameBytes));
    }
  },
} satisfies Record<string, ReadPart>;

function* readEntry(packets: PacketReader, maxNameBytes: number): Reading<RequestEntry> {
  while (packets.lacksText(tokens.name, maxNameBytes)) yield;
  const name = packets.text;
  while (packets.lacksHead(tokens.file, tokens.link)) yield;
  if (packets.token === tokens.file) {
    while (packets.lacksBulk(tokens.file, 3)) yield;
    return { kind: 'file', name, content: packets.bulk };
  }
  while (packets.lacksText(tokens.link, maxNameBytes)) yield;
  return { kind: 'link', name, target: packets.text };
}
