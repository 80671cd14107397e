import { requestOrder } from './order.ts';
import { encodeHead, tokens } from './packet.ts';
import { bulkPacket, joinSmallPieces, textPacket } from './packet-writer.ts';
import type { CompileRequest, PlainRequest, PumpRequest, RequestEntry } from './request.ts';

/**
 * Write a request.
 * @returns chunks for one writev: heads and words joined, each large body a chunk of its own
 * @throws {RangeError} when there is no word, a string holds a NUL or a body has 2^32 bytes or more
 */
export function encodeRequest(request: CompileRequest): Uint8Array[] {
  const pieces =
    request.version === 3
      ? requestOrder[3].flatMap((part) => pumpParts[part](request))
      : requestOrder[request.version].flatMap((part) => plainParts[part](request));
  return joinSmallPieces(pieces);
}

const sharedParts = {
  version: ({ version }: CompileRequest) => [
    encodeHead({ token: tokens.request, parameter: version }),
  ],
  args: ({ args }: CompileRequest) => {
    if (args.length === 0) throw new RangeError('Cannot write a request without a compiler: []');
    return [
      encodeHead({ token: tokens.argumentCount, parameter: args.length }),
      ...args.flatMap((word) => textPacket(tokens.argument, word)),
    ];
  },
};

const plainParts = {
  ...sharedParts,
  source: ({ source, version }) => bulkPacket(tokens.source, source, version),
} satisfies Record<keyof PlainRequest, (request: PlainRequest) => Uint8Array[]>;

const pumpParts = {
  ...sharedParts,
  cwd: ({ cwd }) => textPacket(tokens.directory, cwd),
  entries: ({ entries }) => [
    encodeHead({ token: tokens.entryCount, parameter: entries.length }),
    ...entries.flatMap(encodeEntry),
  ],
} satisfies Record<keyof PumpRequest, (request: PumpRequest) => Uint8Array[]>;

function encodeEntry(entry: RequestEntry): Uint8Array[] {
  const name = textPacket(tokens.name, entry.name);
  return entry.kind === 'file'
    ? [...name, ...bulkPacket(tokens.file, entry.content, 3)]
    : [...name, ...textPacket(tokens.link, entry.target)];
}
