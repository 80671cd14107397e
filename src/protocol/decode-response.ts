import { ProtocolError } from '../errors/index.ts';
import { defaultResponseLimits } from './limits.ts';
import type { ResponseLimits } from './limits.ts';
import { MessageDecoder } from './message-decoder.ts';
import type { Reading } from './message-decoder.ts';
import { responseOrder } from './order.ts';
import { asBuffer, tokens } from './packet.ts';
import type { ProtocolVersion, Token } from './packet.ts';
import { PacketReader } from './packet-reader.ts';
import type { CompileResponse } from './response.ts';

/** Reads one response from a stream, however it was cut. */
export class ResponseDecoder extends MessageDecoder<CompileResponse> {
  /**
   * @param version - the version of the request: the server must echo it
   * @param limits - those to use instead of {@link defaultResponseLimits}
   */
  constructor(version: ProtocolVersion, limits?: Partial<ResponseLimits>) {
    const all = limits ? { ...defaultResponseLimits, ...limits } : defaultResponseLimits;
    const packets = new PacketReader('response', all, all.maxResponseBytes);
    super(packets, readResponse(packets, version));
  }
}

const NOTHING = new Uint8Array(0);

/** What comes before the length of the object, where a compiler had nothing to say. */
const QUIET_SUCCESS = Buffer.from(
  `${tokens.response}00000001` +
    `${tokens.status}00000000${tokens.stderr}00000000${tokens.stdout}00000000${tokens.object}`,
);
const OBJECT_AT = QUIET_SUCCESS.length + 8;

/**
 * A response that came in one piece, as that of a test compile does: to see that takes a tenth of what a
 * {@link ResponseDecoder} takes.
 * @returns undefined when it is not whole, or not that simple
 */
export function readQuietSuccess(
  bytes: Uint8Array,
  version: ProtocolVersion,
): CompileResponse | undefined {
  if (version !== 1 || bytes.length < OBJECT_AT) return undefined;
  const buffer = asBuffer(bytes);
  const from = QUIET_SUCCESS.length;
  if (buffer.compare(QUIET_SUCCESS, 0, from, 0, from) !== 0) return undefined;
  const length = (bytes.length - OBJECT_AT).toString(16).padStart(8, '0');
  if (buffer.toString('latin1', from, OBJECT_AT) !== length) return undefined;
  const object = bytes.subarray(OBJECT_AT);
  return { version, status: 0, stderr: NOTHING, stdout: NOTHING, object };
}

type Draft = { -readonly [Part in keyof CompileResponse]: CompileResponse[Part] };

function* readResponse(packets: PacketReader, version: ProtocolVersion): Reading<CompileResponse> {
  const draft: Draft = { version, status: 0, stderr: NOTHING, stdout: NOTHING, object: NOTHING };
  for (const part of responseOrder[version]) {
    const token = tokenOf[part];
    while (packets.lacksHead(token)) {
      yield;
      if (part === 'dependencies' && packets.isAtEnd) return draft; // some send none
    }
    if (part === 'version') checkVersion(packets.parameter, version);
    else if (part === 'status') draft.status = packets.parameter;
    // A failed job has no object. The original ignores one that is sent all the same, and so do we.
    else if (part === 'object' && draft.status !== 0) break;
    else {
      while (packets.lacksBulk(token, version)) yield;
      draft[part] = packets.bulk;
    }
  }
  return draft;
}

function checkVersion(parameter: number, version: ProtocolVersion): void {
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
