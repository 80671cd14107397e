import { Duplex } from 'node:stream';
import type { Connection } from '../net/index.ts';
import type { SshProcess } from './start-ssh.ts';

/**
 * A use of ssh as a connection: what is written goes to the daemon there, what it says is read. An ssh that
 * ends before the daemon has said anything is an error, which says why.
 */
export class SshStream extends Duplex implements Connection {
  readonly #ssh: SshProcess;
  #receivedBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #onSilence: (() => void) | undefined;
  timeout?: number | undefined;

  constructor(ssh: SshProcess) {
    super({ allowHalfOpen: true });
    this.#ssh = ssh;
    const { stdout } = ssh.child;
    stdout.on('data', (chunk: Buffer) => {
      this.#receivedBytes += chunk.length;
      this.#timer?.refresh();
      if (!this.push(chunk)) stdout.pause();
    });
    void ssh.ended.then(({ error }) => {
      // Its exit code is the daemon's: that of a compiler which found a mistake is no fault of ssh.
      if (this.#receivedBytes > 0) this.push(null);
      else this.destroy(error);
    });
    this.on('error', () => undefined); // an end between two reads has no reader to tell
  }

  setTimeout(timeoutMs: number, callback?: () => void): this {
    clearTimeout(this.#timer);
    this.timeout = timeoutMs;
    this.#timer = undefined;
    if (callback !== undefined) this.#onSilence = callback; // node:net, too, keeps it for another limit
    if (timeoutMs === 0) this.#onSilence = undefined;
    else if (this.#onSilence !== undefined) this.#timer = setTimeout(this.#onSilence, timeoutMs);
    return this;
  }

  override _read(): void {
    this.#ssh.child.stdout.resume();
  }

  override _write(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    this.#ssh.child.stdin.write(chunk, () => {
      this.#timer?.refresh();
      done(); // what was not taken shows in ssh's end, which says why
    });
  }

  override _final(done: () => void): void {
    this.#ssh.child.stdin.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    this.#ssh.kill();
    this.#ssh.child.stdin.destroy();
    done(error);
  }
}
