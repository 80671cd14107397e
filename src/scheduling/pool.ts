/** So many durations say how quick a machine is now. */
const REMEMBERED = 63;

/** How much one job moves the estimate of a machine's speed. */
const LEARNING = 0.25;

/** A job costs something before its first byte: as much as so many bytes of text. */
const BASE_BYTES = 20_000;

/** One machine's slots: who is there now, and how quick it was. */
export class Machine {
  readonly address: string;
  readonly port: number;
  /** The entry that named it last, for people. */
  name: string;
  /** What its certificate must name, where it is reached over TLS. */
  tlsName: string | undefined;
  /** Slots that are taken, by number. */
  readonly taken = new Set<number>();
  /** No answer when one was due: it gets no job while others can have it. */
  isSuspect = false;
  /** Another machine was quicker with the same job, and it has done none since. */
  hasLost = false;
  jobs = 0;
  failures = 0;
  /** Objects that were wrong. */
  differences = 0;
  #msPerByte: number | undefined;
  readonly #durationsMs: number[] = [];

  constructor(address: string, port: number, name: string) {
    this.address = address;
    this.port = port;
    this.name = name;
  }

  /** @returns the number of the slot, the lowest that is free */
  take(): number {
    let slot = 0;
    while (this.taken.has(slot)) slot += 1;
    this.taken.add(slot);
    return slot;
  }

  /** Without jobs of ours it is no suspect any more: none could show that it is well again. */
  free(slot: number): void {
    this.taken.delete(slot);
    if (this.taken.size === 0) this.isSuspect = false;
  }

  /** It did a job of so many bytes. */
  learn(bytes: number, elapsedMs: number): void {
    this.jobs += 1;
    this.isSuspect = false;
    this.hasLost = false;
    this.#durationsMs.push(elapsedMs);
    if (this.#durationsMs.length > REMEMBERED) this.#durationsMs.shift();
    const rate = elapsedMs / (bytes + BASE_BYTES);
    const before = this.#msPerByte ?? rate;
    this.#msPerByte = before + (rate - before) * LEARNING;
  }

  /** How long it will take for so many bytes, or undefined before its first job. */
  expectMs(bytes: number): number | undefined {
    return this.#msPerByte === undefined ? undefined : this.#msPerByte * (bytes + BASE_BYTES);
  }

  /** Of the last jobs, or undefined before the first. */
  get medianMs(): number | undefined {
    return this.#durationsMs.toSorted((left, right) => left - right)[this.#durationsMs.length >> 1];
  }
}

/** Every machine that a broker knows, by address and port. */
export class Machines {
  readonly #machines = new Map<string, Machine>();

  /** The machine at an address; one that is new has no jobs. */
  at(address: string, port: number, name: string): Machine {
    const key = `${address} ${port}`;
    let machine = this.#machines.get(key);
    if (machine === undefined) {
      machine = new Machine(address, port, name);
      this.#machines.set(key, machine);
    }
    return machine;
  }

  all(): Machine[] {
    return [...this.#machines.values()];
  }
}
