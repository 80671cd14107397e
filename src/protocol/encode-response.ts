import { responseOrder } from './order.ts';
import { encodeHead, tokens } from './packet.ts';
import { bulkPacket, joinSmallPieces } from './packet-writer.ts';
import type { CompileResponse } from './response.ts';

const NOTHING = new Uint8Array(0);

/**
 * Write a response. A failed job has no object and no dependencies, whatever the response holds
 * (fact sheet 1.4).
 * @returns chunks for one writev: heads and small bodies joined, each large body a chunk of its own
 * @throws {RangeError} when the status or a body's length does not fit into 32 bits
 */
export function encodeResponse(response: CompileResponse): Uint8Array[] {
  const order = responseOrder[response.version];
  return joinSmallPieces(order.flatMap((part) => parts[part](response)));
}

const parts = {
  version: ({ version }) => [encodeHead({ token: tokens.response, parameter: version })],
  status: ({ status }) => [encodeHead({ token: tokens.status, parameter: status })],
  stderr: ({ stderr, version }) => bulkPacket(tokens.stderr, stderr, version),
  stdout: ({ stdout, version }) => bulkPacket(tokens.stdout, stdout, version),
  object: ({ object, status, version }) =>
    bulkPacket(tokens.object, status === 0 ? object : NOTHING, version),
  dependencies: ({ dependencies, status, version }) =>
    status === 0 && dependencies ? bulkPacket(tokens.dependencies, dependencies, version) : [],
} satisfies Record<keyof CompileResponse, (response: CompileResponse) => Uint8Array[]>;
