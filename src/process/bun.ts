/** A child that Bun started. */
export interface BunChild {
  readonly pid: number;
  readonly exited: Promise<unknown>;
  readonly exitCode: number | null;
  readonly signalCode: NodeJS.Signals | null;
  kill(signal: NodeJS.Signals): void;
}

/** A connected socket of Bun. */
export interface BunTcp {
  /** @returns how many bytes the system took; less than none when the socket is closed */
  write(bytes: Uint8Array): number;
  /** End our side. */
  shutdown(): void;
  /** Close at once. */
  close(): void;
  /** Show a ticket; only while the handshake has not begun. */
  setSession(session: Uint8Array): void;
  isSessionReused(): boolean;
  /** `TLSv1.3`. */
  getTLSVersion(): string;
}

/** What Bun's TLS is told of a connection. */
export interface BunTls {
  /** PEM. Without it, or with an empty list, Bun reads its own authorities, which takes 3 ms. */
  readonly ca: string;
  readonly serverName?: string;
  readonly rejectUnauthorized: true;
  /** As it is on the wire: 0x304 for TLS 1.3. */
  readonly minVersion: number;
}

/** What Bun tells of a socket. */
export interface BunHandlers {
  open(socket: BunTcp): void;
  /** The end of a handshake of TLS, good or bad. */
  handshake?(socket: BunTcp, isGood: boolean): void;
  data(socket: BunTcp, bytes: Uint8Array): void;
  drain(): void;
  end(): void;
  close(socket: BunTcp, error?: Error): void;
  error(socket: BunTcp, error: Error): void;
  connectError(socket: BunTcp, error: Error): void;
}

/** Those parts of Bun's own interface that we use. */
export interface Bun {
  readonly unsafe: { setJITPolicy(scale: number): void };
  readonly CryptoHasher: new (algorithm: 'sha256') => {
    update(text: string): unknown;
    digest(encoding: 'hex'): string;
  };
  connect(
    target: ({ readonly hostname: string; readonly port: number } | { readonly unix: string }) & {
      readonly allowHalfOpen: boolean;
      readonly socket: BunHandlers;
      readonly tls?: BunTls;
    },
  ): Promise<unknown>;
  spawn(
    words: readonly string[],
    options: {
      readonly env: NodeJS.ProcessEnv;
      readonly cwd?: string;
      readonly stdio: readonly ('inherit' | 'ignore' | number)[];
    },
  ): BunChild;
}

/**
 * Bun's own interface, in the single-file executable; undefined under Node. distcc runs once a source file,
 * and there node:net, node:tty and the streams of node:child_process cost as much as all the rest; node:tls and
 * node:crypto as much again.
 */
export const bun = (globalThis as { readonly Bun?: Bun }).Bun;
