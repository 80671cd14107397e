import type { ProtocolVersion } from './packet.ts';

/** What a server answers: how the compiler ended and what it wrote. No body is compressed here. */
export interface CompileResponse {
  /** The version of the request. */
  readonly version: ProtocolVersion;
  /** A Unix wait status: `exit << 8`, or a signal's number (see status.ts). */
  readonly status: number;
  readonly stderr: Uint8Array;
  readonly stdout: Uint8Array;
  /** Empty when the compiler failed. */
  readonly object: Uint8Array;
  /** The dependency file of a protocol 3 success; absent when the server could not send one. */
  readonly dependencies?: Uint8Array;
}
