import { ProtocolError } from '../errors/index.ts';

const MIB = 2 ** 20;

/** What the bodies of any message may hold at most. Each limit is checked before memory is reserved. */
export interface MessageLimits {
  /** One bulk body as it is sent, in bytes (compressed in protocols 2 and 3). */
  readonly maxBodyBytes: number;
  /** All bulk bodies of one message together, in bytes after decompression. */
  readonly maxPlainBytes: number;
}

/** What a server takes from a client. */
export interface RequestLimits extends MessageLimits {
  /** Words of the command line, the compiler included. */
  readonly maxArgumentCount: number;
  /** One word of the command line, in bytes. */
  readonly maxArgumentBytes: number;
  /** Files and links of a pump request. */
  readonly maxEntries: number;
  /** A directory, a file name or the target of a link, in bytes. */
  readonly maxNameBytes: number;
  /** The whole request as it is sent, heads included, in bytes. */
  readonly maxRequestBytes: number;
}

/** What a client takes from a server. */
export interface ResponseLimits extends MessageLimits {
  /** The whole response as it is sent, heads included, in bytes. */
  readonly maxResponseBytes: number;
}

// Chosen here: the original takes whatever a head announces (fact sheet 1.7).

/** The largest preprocessed C++ files are tens of MiB; Linux takes words of 128 KiB and paths of 4096 bytes. */
export const defaultRequestLimits: RequestLimits = {
  maxArgumentCount: 65_536,
  maxArgumentBytes: 131_072,
  maxEntries: 100_000,
  maxNameBytes: 4096,
  maxBodyBytes: 512 * MIB,
  maxPlainBytes: 512 * MIB,
  maxRequestBytes: 1024 * MIB,
};

/** Objects with debug information reach some hundred MiB. */
export const defaultResponseLimits: ResponseLimits = {
  maxBodyBytes: 512 * MIB,
  maxPlainBytes: 1024 * MIB,
  maxResponseBytes: 1024 * MIB,
};

/**
 * Hold what was announced against a limit.
 * @param what - names it in the error
 * @throws {ProtocolError} when it is more
 */
export function checkLimit(what: string, value: number, limit: number): void {
  if (value <= limit) return;
  throw new ProtocolError(`Cannot take ${what}: ${value} announced, at most ${limit} allowed`);
}
