import type { Duplex } from 'node:stream';

/**
 * What a job is sent over: a socket, or something that acts like one. Destroying it ends all that is behind
 * it.
 */
export interface Connection extends Duplex {
  /** The longest silence, in milliseconds, while one is set. */
  timeout?: number | undefined;
  /** Call back after so long without a byte in either direction; 0 takes the callback back. */
  setTimeout(timeoutMs: number, callback?: () => void): unknown;
}
