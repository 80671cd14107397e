import { ProtocolError } from '../errors/index.ts';
import { defaultResponseLimits } from './limits.ts';
import type { ResponseLimits } from './limits.ts';
import { MessageDecoder } from './message-decoder.ts';
import type { Reading } from './message-decoder.ts';
import { responseOrder } from './order.ts';
import { tokens } from './packet.ts';
import type { PacketHead, ProtocolVersion, Token } from './packet.ts';
import { PacketReader } from './packet-reader.ts';
import type { CompileResponse } from './response.ts';

/** Reads one response from a stream, however it was cut. Linear in time; each byte is copied once. */
export class ResponseDecoder {
  readonly #decoder: MessageDecoder<CompileResponse>;

  /**
   * @param version - the version of the request: the server must echo it
   * @param limits - those to use instead of {@link defaultResponseLimits}
   */
  constructor(version: ProtocolVersion, limits: Partial<ResponseLimits> = {}) {
    this.#decoder = new MessageDecoder(
      'response',
      readResponse(version, { ...defaultResponseLimits, ...limits }),
    );
  }

  /** Whether a first byte has come: before it, the server has refused rather than failed. */
  get isStarted(): boolean {
    return this.#decoder.isStarted;
  }

  /** Whether bytes came after the response; they are dropped. */
  get hasTrailingBytes(): boolean {
    return this.#decoder.hasTrailingBytes;
  }

  /**
   * Take the next bytes of the stream.
   * @returns the response, once, when its last byte has come
   * @throws {ProtocolError} when the bytes are not the protocol, break a limit or answer another version
   */
  push(chunk: Uint8Array): CompileResponse | undefined {
    return this.#decoder.push(chunk);
  }

  /**
   * The server has closed the connection.
   * @returns a protocol 3 success that came without dependencies; `undefined` if push() has returned the response
   * @throws {TruncatedError} when the response is not complete; it names the token awaited
   */
  end(): CompileResponse | undefined {
    return this.#decoder.end();
  }
}

const NOTHING = new Uint8Array(0);

type Draft = { -readonly [Part in keyof CompileResponse]: CompileResponse[Part] };

function* readResponse(version: ProtocolVersion, limits: ResponseLimits): Reading<CompileResponse> {
  const packets = new PacketReader({ ...limits, maxMessageBytes: limits.maxResponseBytes });
  const draft: Draft = { version, status: 0, stderr: NOTHING, stdout: NOTHING, object: NOTHING };
  for (const part of responseOrder[version]) {
    if (part === 'dependencies' && draft.status !== 0) break;
    const demand = packets.awaitHead(tokenOf[part]);
    const bytes = yield part === 'dependencies' ? { ...demand, mayEnd: true } : demand;
    if (bytes.length === 0) break; // it has ended here
    const head = packets.head(bytes);
    if (part === 'version') checkVersion(head, version);
    else if (part === 'status') draft.status = head.parameter;
    // A failed job has no object. The original ignores one that is sent all the same, and so do we.
    else if (part !== 'object' || draft.status === 0) {
      draft[part] = packets.bulk(yield packets.awaitBulk(head, version), version);
    }
  }
  return draft;
}

function checkVersion({ parameter }: PacketHead, version: ProtocolVersion): void {
  if (parameter === version) return;
  throw new ProtocolError(`Cannot take DONE ${parameter}: version ${version} was asked for`);
}

const tokenOf = {
  version: tokens.response,
  status: tokens.status,
  stderr: tokens.stderr,
  stdout: tokens.stdout,
  object: tokens.object,
  dependencies: tokens.dependencies,
} as const satisfies Record<keyof CompileResponse, Token>;
