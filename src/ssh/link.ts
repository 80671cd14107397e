import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TimeoutError } from '../errors/index.ts';
import type { SshHost } from '../hosts/index.ts';
import { onAbort, reasonOf } from '../net/index.ts';
import { answers } from './answers.ts';
import { daemonOf, isOpenSsh, MANY_JOBS, optionWords, quietOptions } from './command.ts';
import { sshCommand, sshKey } from './command.ts';
import { makeLinkFolder, removeLinkFolder } from './link-folder.ts';
import type { Route } from './route.ts';
import type { SshError } from './ssh-error.ts';
import { startSsh } from './start-ssh.ts';
import type { SshProcess } from './start-ssh.ts';

/** A dead peer is noticed after so many seconds without an answer, three times. */
const ALIVE_SEC = 5;

/**
 * After this part of the limit, and so many milliseconds, a daemon of ours has said where it listens: who is
 * logged in and hears nothing has a command that the host forces.
 */
const SILENCE_SHARE = 0.7;
const SILENCE_MS = 7000;

/** ssh does not say when it is logged in: its control socket is looked for so often. */
const LOOK_AGAIN_MS = 10;

/** OpenSSH's own code for what went wrong before, or with, the connection. */
const SSH_FAILED = 255;

/** One master connection to a host. */
export interface Link {
  readonly route: Route;
  /** Why it is over, once it is by itself; undefined when ssh found nothing wrong. */
  readonly over: Promise<SshError | undefined>;
  /** End it; comes back when its processes are gone. */
  close(): Promise<void>;
}

/** How a link is made. */
export interface LinkOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Where its sockets are to lie. */
  readonly folder?: string;
  /** From the start to a daemon that can be asked. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Connect to a host once, for any number of jobs. A daemon of ours is started there and serves them all by a
 * socket that ssh forwards; for one that cannot do that each job is a session of the connection.
 * @throws {SshError} when ssh does not get there, or finds no daemon
 * @throws {TimeoutError} when it takes longer than `timeoutMs`
 */
export async function openLink(host: SshHost, options: LinkOptions): Promise<Link> {
  options.signal.throwIfAborted();
  if (!isOpenSsh(options.env)) return alone();
  const opening = new Opening(host, options);
  const late = new TimeoutError(`No connection to ${sshKey(host)} within ${options.timeoutMs} ms`);
  let stop: (reason: Error) => void = () => undefined;
  const stopped = new Promise<never>((_resolve, reject) => (stop = reject));
  const timer = setTimeout(() => {
    stop(late);
  }, options.timeoutMs);
  const takeBack = onAbort(options.signal, () => {
    stop(reasonOf(options.signal));
  });
  try {
    return await Promise.race([opening.run(), stopped]);
  } catch (error) {
    await opening.close();
    throw error;
  } finally {
    clearTimeout(timer);
    takeBack();
  }
}

/** Another program than OpenSSH: nothing can be shared. */
function alone(): Link {
  const never = new Promise<undefined>(() => undefined);
  return { route: { kind: 'alone' }, over: never, close: () => Promise.resolve() };
}

class Opening {
  readonly #host: SshHost;
  readonly #options: LinkOptions;
  readonly #folder: string;
  readonly #control: string;
  #master: SshProcess | undefined;

  constructor(host: SshHost, options: LinkOptions) {
    this.#host = host;
    this.#options = options;
    this.#folder = makeLinkFolder(options.folder);
    this.#control = path.join(this.#folder, 'c');
  }

  async run(): Promise<Link> {
    const daemon = this.#startMaster([daemonOf(this.#host), ...MANY_JOBS]);
    const first = await Promise.race([firstLine(daemon), this.#silence(daemon), daemon.ended]);
    if (typeof first === 'string') return this.#link(daemon, await this.#forward(first));
    if (first === undefined) return this.#link(daemon, this.#session());
    if (first.code === SSH_FAILED || isMissing(first.error)) throw first.error;
    // The original does not know our word: a session that says nothing keeps the connection.
    const keeper = this.#startMaster(['cat']);
    const failed = await Promise.race([this.#login(keeper), keeper.ended]);
    if (failed !== undefined) throw failed.error;
    return this.#link(keeper, this.#session());
  }

  async close(): Promise<void> {
    this.#master?.kill();
    await this.#master?.ended;
    removeLinkFolder(this.#folder);
  }

  #link(master: SshProcess, route: Route): Link {
    const close = (): Promise<void> => this.close();
    const over = master.ended.then(async ({ code, error }) => {
      await close();
      return code === 0 ? undefined : error;
    });
    return { route, over, close };
  }

  #session(): Route {
    return { kind: 'session', path: this.#control };
  }

  /** Its standard input is ours: when this process is gone, so is what it runs there, and it with that. */
  #startMaster(remote: readonly string[]): SshProcess {
    const { env, timeoutMs } = this.#options;
    const options = [
      ...['-M', '-S', this.#control, ...quietOptions(timeoutMs)],
      ...optionWords({ ControlPersist: 'no', ServerAliveInterval: ALIVE_SEC }),
    ];
    const command = sshCommand(this.#host, env, options, remote);
    this.#master = startSsh(sshKey(this.#host), command, env);
    return this.#master;
  }

  /** Logged in, and nothing was said. */
  async #silence(master: SshProcess): Promise<undefined> {
    const silenceMs = Math.min(this.#options.timeoutMs * SILENCE_SHARE, SILENCE_MS);
    await sleep(silenceMs, undefined, { ref: false });
    await this.#login(master);
  }

  /** ssh gives its control socket that name when it is logged in. */
  async #login(master: SshProcess): Promise<undefined> {
    while (!fs.existsSync(this.#control) && !master.isOver()) {
      await sleep(LOOK_AGAIN_MS);
    }
  }

  /** Where the host forbids forwarding, each job is a session. */
  async #forward(there: string): Promise<Route> {
    const here = path.join(this.#folder, 's');
    const { env } = this.#options;
    const options = ['-S', this.#control, '-O', 'forward', '-L', `${here}:${there}`];
    const { ended } = startSsh(sshKey(this.#host), sshCommand(this.#host, env, options, []), env);
    const { code } = await ended;
    const isForwarded = code === 0 && (await answers(here, this.#options));
    return isForwarded ? { kind: 'socket', path: here } : this.#session();
  }
}

function isMissing({ fault }: SshError): boolean {
  return fault === 'no-daemon' || fault === 'no-ssh';
}

/** The line by which a daemon of ours says where it listens; what else is said is not for us. */
function firstLine({ child }: SshProcess): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      if (text.length < 4096) text += chunk;
      const [, line] = /^distccd listens at (\/[\w/.+-]+)\n/m.exec(text) ?? [];
      if (line !== undefined) resolve(line);
    });
  });
}
