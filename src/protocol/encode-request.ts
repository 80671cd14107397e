import { requestOrder } from './order.ts';
import { tokens } from './packet.ts';
import { PacketWriter } from './packet-writer.ts';
import type { CompileRequest, PlainRequest, PumpRequest, RequestEntry } from './request.ts';

/**
 * Write a request.
 * @returns chunks for one writev: heads and words joined, each large body a chunk of its own
 * @throws {RangeError} when there is no word, a string holds a NUL or a body has 2^32 bytes or more
 */
export function encodeRequest(request: CompileRequest): Uint8Array[] {
  const packets = new PacketWriter();
  if (request.version === 3) {
    for (const part of requestOrder[3]) pumpParts[part](packets, request);
  } else {
    for (const part of requestOrder[request.version]) plainParts[part](packets, request);
  }
  return packets.end();
}

const sharedParts = {
  version: (packets: PacketWriter, { version }: CompileRequest) => {
    packets.head(tokens.request, version);
  },
  args: (packets: PacketWriter, { args }: CompileRequest) => {
    if (args.length === 0) throw new RangeError('Cannot write a request without a compiler: []');
    packets.head(tokens.argumentCount, args.length);
    for (const word of args) packets.text(tokens.argument, word);
  },
};

const plainParts = {
  ...sharedParts,
  source: (packets, { source, version }) => {
    packets.bulk(tokens.source, source, version);
  },
} satisfies Record<keyof PlainRequest, (packets: PacketWriter, request: PlainRequest) => void>;

const pumpParts = {
  ...sharedParts,
  cwd: (packets, { cwd }) => {
    packets.text(tokens.directory, cwd);
  },
  entries: (packets, { entries }) => {
    packets.head(tokens.entryCount, entries.length);
    for (const entry of entries) writeEntry(packets, entry);
  },
} satisfies Record<keyof PumpRequest, (packets: PacketWriter, request: PumpRequest) => void>;

function writeEntry(packets: PacketWriter, entry: RequestEntry): void {
  packets.text(tokens.name, entry.name);
  if (entry.kind === 'file') packets.bulk(tokens.file, entry.content, 3);
  else packets.text(tokens.link, entry.target);
}
