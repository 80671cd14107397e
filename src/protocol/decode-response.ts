import { ProtocolError } from '../errors/index.ts';
import { defaultResponseLimits } from './limits.ts';
import type { ResponseLimits } from './limits.ts';
import { MessageDecoder } from './message-decoder.ts';
import type { Reading } from './message-decoder.ts';
import { responseOrder } from './order.ts';
import { tokens } from './packet.ts';
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

type Draft = { -readonly [Part in keyof CompileResponse]: CompileResponse[Part] };

function* readResponse(packets: PacketReader, version: ProtocolVersion): Reading<CompileResponse> {
  const draft: Draft = { version, status: 0, stderr: NOTHING, stdout: NOTHING, object: NOTHING };
  for (const part of partsToRead(packets, version)) {
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

/** How a success without a word goes on. */
const QUIET_SUCCESS = `${tokens.status}00000000${tokens.stderr}00000000${tokens.stdout}00000000`;

/** Most answers begin with the same four packets, which one look finds. */
function partsToRead(packets: PacketReader, version: ProtocolVersion) {
  const order = responseOrder[version];
  return packets.skips(`${tokens.response}0000000${version}${QUIET_SUCCESS}`)
    ? order.slice(4)
    : order;
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
