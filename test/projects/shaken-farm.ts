import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../helpers/free-port.ts';
import { commandOf } from '../helpers/paths.ts';
import { baseEnvironment, killGroup } from '../helpers/run.ts';
import { waitForPort } from '../helpers/start-daemon.ts';

/** Whose daemon. */
export type ServerKind = 'ours' | 'original';

/** How a farm is made. */
export interface FarmOptions {
  readonly kind: ServerKind;
  /** For the servers' temporary files; everybody may enter it. */
  readonly folder: string;
  readonly servers: number;
  /** Jobs that each takes at once. */
  readonly slots: number;
}

/** Servers on loopback that fail and come back. */
export interface ShakenFarm {
  readonly ports: readonly number[];
  /**
   * Kill, stop and start servers, one after so many milliseconds, until the signal aborts; half of them
   * are down at any time.
   * @returns how often a server was taken down
   */
  shake(everyMs: number, signal: AbortSignal): Promise<number>;
  /** Bring every server back. */
  heal(): Promise<void>;
  /**
   * End every server.
   * @returns what they left in their temporary folders
   */
  end(): Promise<readonly string[]>;
}

/** Start a farm. */
export async function startFarm(options: FarmOptions): Promise<ShakenFarm> {
  const servers: Server[] = [];
  for (let index = 0; index < options.servers; index += 1) {
    servers.push(await Server.start(options, index));
  }
  return {
    ports: servers.map(({ port }) => port),
    shake: (everyMs, signal) => shake(servers, everyMs, signal),
    heal: async () => {
      for (const server of servers) await server.heal();
    },
    end: async () => {
      const left = await Promise.all(servers.map((server) => server.end()));
      // What the original was doing when it was killed lies there for good: that is its own matter.
      return options.kind === 'ours' ? left.flat() : [];
    },
  };
}

async function shake(
  servers: readonly Server[],
  everyMs: number,
  signal: AbortSignal,
): Promise<number> {
  const random = makeRandom();
  let count = 0;
  while (!signal.aborted) {
    const server = servers[Math.floor(random() * servers.length)];
    const isToBeKilled = random() < 0.5;
    if (server?.isUp !== true) await server?.heal();
    else {
      count += 1;
      server.fail(isToBeKilled ? 'kill' : 'stop');
    }
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
  return count;
}

/** The same failures in the same order each time (Numerical Recipes' generator). */
function makeRandom(): () => number {
  let state = 5;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

class Server {
  readonly port: number;
  readonly #kind: ServerKind;
  readonly #slots: number;
  readonly #tmp: string;
  #child: ChildProcess;
  #state: 'up' | 'stopped' | 'killed' = 'up';

  static async start(options: FarmOptions, index: number): Promise<Server> {
    const tmp = path.join(options.folder, `server-${index}`);
    await mkdir(tmp);
    await chmod(tmp, 0o777); // started by root, the original is somebody else
    const server = new Server(options, tmp, await findFreePort());
    await waitForPort(server.port, server.#child);
    return server;
  }

  private constructor({ kind, slots }: FarmOptions, tmp: string, port: number) {
    this.port = port;
    this.#kind = kind;
    this.#slots = slots;
    this.#tmp = tmp;
    this.#child = this.#spawn();
  }

  get isUp(): boolean {
    return this.#state === 'up';
  }

  /** Killed, it closes its connections; stopped, it takes new ones and says nothing. */
  fail(how: 'kill' | 'stop'): void {
    if (this.#hasEnded) return;
    this.#state = how === 'kill' ? 'killed' : 'stopped';
    if (how === 'stop') this.#signalGroup('SIGSTOP');
    // The original's children serve on without it; ours must be gone by themselves.
    else if (this.#kind === 'original') this.#signalGroup('SIGKILL');
    else this.#child.kill('SIGKILL');
  }

  async heal(): Promise<void> {
    if (this.#state === 'stopped') this.#signalGroup('SIGCONT');
    if (this.#state === 'killed') {
      while (!this.#hasEnded) await sleep(10); // its port is free then
      this.#child = this.#spawn();
      await waitForPort(this.port, this.#child);
    }
    this.#state = 'up';
  }

  /** @returns what is not as it should be */
  async end(): Promise<readonly string[]> {
    await this.heal();
    if (this.#hasEnded) return [`${this.#tmp}.log: it ended by itself`];
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await Promise.race([exit, sleep(8000, undefined, { ref: false })]);
    killGroup(this.#child.pid);
    await sleep(300); // its watchdog tidies up
    return readdir(this.#tmp);
  }

  get #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  #signalGroup(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    try {
      if (pid !== undefined) process.kill(-pid, signal);
    } catch {
      // it ended by itself: end() says so
    }
  }

  #spawn(): ChildProcess {
    const command = this.#kind === 'ours' ? commandOf('distccd') : ['/usr/bin/distccd', '--daemon'];
    const [program = '', ...words] = [
      ...[...command, '--no-detach', '--listen', '127.0.0.1', '--port', String(this.port)],
      ...['--allow', '127.0.0.1', '--jobs', String(this.#slots)],
      ...['--log-file', `${this.#tmp}.log`, '--log-level', 'info'],
    ];
    const env = baseEnvironment(this.#tmp, this.#tmp);
    const child = spawn(program, words, { env, cwd: '/', stdio: 'ignore', detached: true });
    child.on('error', () => undefined); // the port stays silent: whoever waits for it says so
    return child;
  }
}
