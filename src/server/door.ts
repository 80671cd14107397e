import type { AccessList } from '../net/index.ts';

/** Who may come in: those of the access list, and each address not too often at once. */
export class Door {
  readonly #access: AccessList;
  readonly #maxPerClient: number;
  readonly #counts = new Map<string, number>();

  constructor(access: AccessList, maxPerClient: number) {
    this.#access = access;
    this.#maxPerClient = maxPerClient;
  }

  /** @returns why the address must stay outside, if so; who came in has to leave */
  enter(address: string): string | undefined {
    if (!this.#access.allows(address)) return 'is not on the access list';
    const count = this.#counts.get(address) ?? 0;
    if (count >= this.#maxPerClient) return `has ${count} connections already`;
    this.#counts.set(address, count + 1);
    return undefined;
  }

  /** One connection of that address is over. */
  leave(address: string): void {
    const count = this.#counts.get(address) ?? 0;
    if (count > 1) this.#counts.set(address, count - 1);
    else this.#counts.delete(address);
  }
}
