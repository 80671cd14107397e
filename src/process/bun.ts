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
  /** Read no more of it. */
  pause(): void;
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

/** A socket of Bun, and whose it is. */
type Owned<Owner> = BunTcp & { readonly data: Owner };

/** What Bun tells of a socket. */
export interface BunHandlers<Owner> {
  open(socket: Owned<Owner>): void;
  /** The end of a handshake of TLS, good or bad. */
  handshake?(socket: Owned<Owner>, isGood: boolean): void;
  data(socket: Owned<Owner>, bytes: Uint8Array): void;
  drain(socket: Owned<Owner>): void;
  end(socket: Owned<Owner>): void;
  close(socket: Owned<Owner>, error?: Error): void;
  error(socket: Owned<Owner>, error: Error): void;
  connectError(socket: Owned<Owner>, error: Error): void;
}

/** A socket of Bun for datagrams. */
export interface BunUdp {
  /** @throws what the system says, of this datagram or of one before */
  send(bytes: Uint8Array, port: number, address: string): boolean;
  /**
   * @param packets - bytes, port and address of each
   * @returns how many are sent: the next one fails, which another sending tells
   * @throws what the system says of the first
   */
  sendMany(packets: readonly (Uint8Array | number | string)[]): number;
  close(): void;
  unref(): void;
}

/** Those parts of Bun's own interface that we use. */
export interface Bun {
  readonly unsafe: { setJITPolicy(scale: number): void };
  readonly CryptoHasher: new (algorithm: 'sha256') => {
    update(text: string): unknown;
    digest(encoding: 'hex'): string;
  };
  connect<Owner>(
    target: ({ readonly hostname: string; readonly port: number } | { readonly unix: string }) & {
      readonly allowHalfOpen: boolean;
      readonly socket: BunHandlers<Owner>;
      readonly data: Owner;
      readonly tls?: BunTls;
    },
  ): Promise<unknown>;
  udpSocket(options: {
    readonly hostname: string;
    readonly socket: {
      data(socket: BunUdp, bytes: Buffer, port: number, address: string): void;
      error(socket: BunUdp, error: Error): void;
    };
  }): Promise<BunUdp>;
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
