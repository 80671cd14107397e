import type { Connection } from '../net/index.ts';

/** No connection is kept longer than that. */
const KEPT_MS = 250;

/**
 * Connections that have done their work. To close one takes half as long as to open it, so that waits until
 * there are many of them, or a moment has gone by: most runs are over sooner, and then the system does it.
 */
export class DoneConnections {
  readonly #atMost: number;
  #connections: Connection[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(atMost: number) {
    this.#atMost = atMost;
  }

  add(connection: Connection): void {
    connection.pause(); // nobody wants to know when the peer ends its side
    this.#connections.push(connection);
    if (this.#connections.length >= this.#atMost) this.close();
    else {
      this.#timer ??= setTimeout(() => {
        this.close();
      }, KEPT_MS);
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const connections = this.#connections;
    this.#connections = [];
    for (const connection of connections) connection.destroy();
  }
}
