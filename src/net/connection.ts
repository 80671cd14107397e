/**
 * What a job is sent over: a socket, or something that acts like one. Destroying it ends all that is behind
 * it.
 */
export interface Connection {
  /** What it was destroyed with, or what broke it. */
  readonly errored: Error | null;
  /** The longest silence, in milliseconds, while one is set. */
  timeout?: number | undefined;
  on(event: 'data', listener: (bytes: Uint8Array) => void): unknown;
  on(event: 'end' | 'close' | 'timeout', listener: () => void): unknown;
  off(event: 'data', listener: (bytes: Uint8Array) => void): unknown;
  off(event: 'end' | 'close' | 'timeout', listener: () => void): unknown;
  /** Hold back what is written until {@link uncork}, to send it in one piece. */
  cork(): void;
  uncork(): void;
  /** @param done - called when all up to here is with the system, or never will be */
  write(bytes: Uint8Array, done?: (error?: Error | null) => void): unknown;
  /** End our side. */
  end(): unknown;
  /** Read no more of what the peer sends. */
  pause(): unknown;
  destroy(error?: Error): unknown;
  /** Call back after so long without a byte in either direction; 0 takes the callback back. */
  setTimeout(timeoutMs: number, callback?: () => void): unknown;
}
