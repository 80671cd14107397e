import { responseOrder } from './order.ts';
import { tokens } from './packet.ts';
import { PacketWriter } from './packet-writer.ts';
import type { CompileResponse } from './response.ts';

const NOTHING = new Uint8Array(0);

/**
 * Write a response. A failed job has no object and no dependencies, whatever the response holds
 * (fact sheet 1.4).
 * @returns chunks for one writev: heads and small bodies joined, each large body a chunk of its own
 * @throws {RangeError} when the status or a body's length does not fit into 32 bits
 */
export function encodeResponse(response: CompileResponse): Uint8Array[] {
  const packets = new PacketWriter();
  for (const part of responseOrder[response.version]) parts[part](packets, response);
  return packets.end();
}

const parts = {
  version: (packets, { version }) => {
    packets.head(tokens.response, version);
  },
  status: (packets, { status }) => {
    packets.head(tokens.status, status);
  },
  stderr: (packets, { stderr, version }) => {
    packets.bulk(tokens.stderr, stderr, version);
  },
  stdout: (packets, { stdout, version }) => {
    packets.bulk(tokens.stdout, stdout, version);
  },
  object: (packets, { object, status, version }) => {
    packets.bulk(tokens.object, status === 0 ? object : NOTHING, version);
  },
  dependencies: (packets, { dependencies, status, version }) => {
    if (status === 0 && dependencies) packets.bulk(tokens.dependencies, dependencies, version);
  },
} satisfies Record<
  keyof CompileResponse,
  (packets: PacketWriter, response: CompileResponse) => void
>;
