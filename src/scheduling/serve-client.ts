import type net from 'node:net';
import type { Farm } from './farm.ts';
import type { Job } from './job.ts';
import { encodeLine, LineDecoder } from './lines.ts';
import type { Grant, JobWish, MonitorWish, OpenWish, Wish } from './messages.ts';
import { parseWish } from './parse-wish.ts';
import type { Scheduler } from './scheduler.ts';

/** What a client's connection leads to. */
export interface ServeOptions {
  readonly scheduler: Scheduler;
  /** @throws {HostSpecError} when the text is no host list */
  readonly farmOf: (list: string) => Farm;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  /** Called when a client wants the broker to end. */
  readonly onStop: () => void;
}

/** Serve one client until it is gone; its end, however it comes, gives back what it held. */
export function serveClient(socket: net.Socket, options: ServeOptions): void {
  const client = new Client(socket, options);
  const decoder = new LineDecoder();
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const value of decoder.push(chunk)) client.take(parseWish(value));
    } catch {
      socket.destroy(); // not a client of ours
    }
  });
  socket.on('error', () => undefined); // 'close' follows
  socket.on('close', () => {
    client.leave();
  });
}

function isOfMonitor(wish: Wish): wish is MonitorWish {
  return wish.wish === 'jobs' || wish.wish === 'stats' || wish.wish === 'stop';
}

class Client {
  readonly #socket: net.Socket;
  readonly #options: ServeOptions;
  #job: Job | undefined;

  constructor(socket: net.Socket, options: ServeOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  /** @throws {TypeError} when it is no wish, or one that has no place here */
  take(wish: Wish | undefined): void {
    if (wish === undefined) throw new TypeError('No such wish');
    if (isOfMonitor(wish)) this.#answer(wish);
    else if (wish.wish === 'open') this.#open(wish);
    else this.#serve(wish);
  }

  leave(): void {
    if (this.#job !== undefined) this.#options.scheduler.remove(this.#job);
    this.#job = undefined;
  }

  #answer({ wish }: MonitorWish): void {
    const { scheduler, onStop } = this.#options;
    switch (wish) {
      case 'jobs':
        this.#send({ grant: 'jobs', jobs: scheduler.jobs() });
        return;
      case 'stats':
        this.#send({ grant: 'stats', stats: scheduler.stats() });
        return;
      case 'stop':
        this.#socket.unref(); // it ends with this process, and does not keep it
        onStop();
    }
  }

  #open({ pid, file, compiler, list }: OpenWish): void {
    if (this.#job !== undefined) throw new TypeError('A connection has one job');
    const { scheduler, now } = this.#options;
    const job: Job = {
      ...{ pid, file, compiler, farm: this.#options.farmOf(list), bytes: scheduler.usualBytes },
      ...{ phase: 'Startup', phaseSinceMs: now(), wait: undefined, held: [] },
      ...{ isLate: false, isAudit: false },
      tried: new Set(),
      send: (grant) => {
        this.#send(grant);
      },
    };
    this.#job = job;
    scheduler.add(job);
    this.#send({ grant: 'hello' });
  }

  #serve(wish: JobWish): void {
    const { scheduler } = this.#options;
    const job = this.#job;
    if (job === undefined) throw new TypeError('No job is open');
    switch (wish.wish) {
      case 'begin':
        scheduler.ask(job, { for: 'begin' });
        return;
      case 'here':
        scheduler.ask(job, { for: 'here', why: wish.why });
        return;
      case 'host':
        job.bytes = wish.bytes;
        scheduler.ask(job, { for: 'host' });
        return;
      case 'phase':
        scheduler.setPhase(job, wish.phase);
        return;
      case 'audit':
        job.isAudit = true;
        return;
      case 'audited':
        scheduler.endAudit(job, wish);
        return;
      case 'end':
        scheduler.end(job, wish.address, wish.port, wish.ending);
        return;
    }
  }

  #send(grant: Grant): void {
    if (this.#socket.writable) this.#socket.write(encodeLine(grant));
  }
}
