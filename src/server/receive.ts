import type { Readable } from 'node:stream';
import { decodeHead, HEAD_BYTES, tokens } from '../protocol/index.ts';
import type { CompileRequest, ProtocolVersion } from '../protocol/index.ts';
import { readRequest } from './read-request.ts';
import type { Service } from './service.ts';

/** What came of a client's request. */
export interface Reception {
  /** Room that was taken with `service.hold`, to be given back. */
  readonly heldBytes: number;
  /** What the client speaks, once it has said so: an answer is possible. */
  readonly version?: ProtocolVersion;
  /** Absent when there was an error, or when somebody only knocked. */
  readonly request?: CompileRequest;
  readonly error?: unknown;
}

/** Read a request within the limits of the service; what goes wrong is part of the result. */
export async function receive(input: Readable, service: Service): Promise<Reception> {
  const { limits, draining, stopping: signal } = service;
  let heldBytes = 0;
  let head = new Uint8Array(0);
  const reserve = (chunk: Uint8Array): void => {
    if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES)]);
    service.hold(chunk.length);
    heldBytes += chunk.length;
  };
  try {
    const request = await readRequest(input, { ...limits, reserve, draining, signal });
    if (request === undefined) return { heldBytes };
    const inflatedBytes = Math.max(0, plainBytesOf(request) - heldBytes);
    service.hold(inflatedBytes); // LZO makes 200 bytes of one: waiting for a slot, they are held as well
    heldBytes += inflatedBytes;
    return { heldBytes, request, version: request.version };
  } catch (error) {
    const version = versionOf(head);
    return { heldBytes, error, ...(version && { version }) };
  }
}

function plainBytesOf(request: CompileRequest): number {
  if (request.version !== 3) return request.source.length;
  return request.entries.reduce((sum, entry) => {
    return entry.kind === 'file' ? sum + entry.content.length : sum;
  }, 0);
}

function versionOf(head: Uint8Array): ProtocolVersion | undefined {
  try {
    const { token, parameter } = decodeHead(head);
    const isKnown = parameter === 1 || parameter === 2 || parameter === 3;
    return token === tokens.request && isKnown ? parameter : undefined;
  } catch {
    return undefined;
  }
}
