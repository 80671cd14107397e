/** A child that Bun started. */
export interface BunChild {
  readonly pid: number;
  readonly exited: Promise<unknown>;
  readonly exitCode: number | null;
  readonly signalCode: NodeJS.Signals | null;
  readonly stdout?: unknown;
  readonly stderr?: unknown;
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
  setNoDelay(isOn: boolean): void;
}

/** What Bun tells of a socket. */
export interface BunHandlers {
  open(socket: BunTcp): void;
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
  connect(
    target: ({ readonly hostname: string; readonly port: number } | { readonly unix: string }) & {
      readonly allowHalfOpen: boolean;
      readonly socket: BunHandlers;
    },
  ): Promise<unknown>;
  spawn(
    words: readonly string[],
    options: {
      readonly env: NodeJS.ProcessEnv;
      readonly cwd?: string;
      readonly stdio: readonly [
        'inherit' | 'ignore',
        'inherit' | 'pipe' | number,
        'inherit' | 'pipe',
      ];
    },
  ): BunChild;
}

/**
 * Bun's own interface, in the single-file executable; undefined under Node. distcc runs once a source file,
 * and there node:net, node:tty and the streams of node:child_process cost as much as all the rest.
 */
export const bun = (globalThis as { readonly Bun?: Bun }).Bun;
