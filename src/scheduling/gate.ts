import type { Blacklist } from '../blacklist/index.ts';

/** The blacklist is read so often at most, however many jobs ask. */
const READ_AGAIN_MS = 200;

/** Whether a job may go to an address; `checking` is known soon. */
export type GateState = 'open' | 'shut' | 'checking';

/** What a probe found wrong. */
export interface Fault {
  /** One line. */
  readonly reason: string;
  /** Nothing came in time: it is stuck, or busy with other people's jobs. */
  readonly isSilence: boolean;
}

/** What is asked for a witness. */
export interface GateTarget {
  readonly address: string;
  readonly port: number;
  /** Asked over TLS, where its certificate must have this name or address. */
  readonly tlsName?: string | undefined;
}

/** What {@link Gate} works with. */
export interface GateOptions {
  readonly blacklist: Blacklist;
  /** Ask an address to compile a witness. @returns what is wrong with it, or undefined */
  readonly probe: (target: GateTarget, compiler: string) => Promise<Fault | undefined>;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  /** Called when an address that was being checked no longer is. */
  readonly onChange: () => void;
}

/** Keeps jobs from hosts that failed; when a host's time is over, a probe decides and not a job. */
export class Gate {
  readonly #options: GateOptions;
  readonly #checking = new Map<string, Promise<boolean>>();
  #records = new Map<string, GateState>();
  #readAt = -Infinity;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** @param compiler - whose answer decides, where the host has to prove itself again */
  state(target: GateTarget, compiler: string): GateState {
    this.#refresh();
    const key = this.#options.blacklist.keyOf(target.address, target.port);
    if (this.#checking.has(key)) return 'checking';
    const state = this.#records.get(key) ?? 'open';
    if (state === 'checking') {
      void this.check(target, compiler, { forgivesSilence: false });
    }
    return state;
  }

  /** What was written a moment ago counts at once. */
  forget(): void {
    this.#readAt = -Infinity;
  }

  /**
   * Ask an address for a witness, and tell the blacklist what came of it; once for all who want to know.
   * @param options - of a host that has jobs of ours, silence may mean that it is busy
   * @returns whether it is good
   */
  check(
    target: GateTarget,
    compiler: string,
    options: { readonly forgivesSilence: boolean },
  ): Promise<boolean> {
    const key = this.#options.blacklist.keyOf(target.address, target.port);
    const running = this.#checking.get(key);
    if (running !== undefined) return running;
    const check = this.#ask(target, compiler, options.forgivesSilence).finally(() => {
      this.#checking.delete(key);
      this.forget();
      this.#options.onChange();
    });
    this.#checking.set(key, check);
    return check;
  }

  async #ask(target: GateTarget, compiler: string, forgivesSilence: boolean): Promise<boolean> {
    const { blacklist, probe } = this.#options;
    const { address, port } = target;
    const fault = await probe(target, compiler);
    if (fault === undefined) blacklist.recordSuccess(address, port);
    else if (!(fault.isSilence && forgivesSilence)) {
      blacklist.recordFailure(address, port, fault.reason);
    }
    return fault === undefined;
  }

  /** Leave a host alone from now on. */
  blame({ address, port }: GateTarget): void {
    const reason = 'no answer, while another host did the same job';
    this.#options.blacklist.recordFailure(address, port, reason);
    this.forget();
  }

  #refresh(): void {
    const { blacklist, now } = this.#options;
    if (now() - this.#readAt < READ_AGAIN_MS) return;
    this.#readAt = now();
    this.#records = new Map(
      blacklist
        .all()
        .map(({ key, isBlocked }) => [key, isBlocked ? ('shut' as const) : ('checking' as const)]),
    );
  }
}
