import type { Farm, Places } from './farm.ts';
import type { Job } from './job.ts';

/** What each list has to offer, while nothing changes: it is not gone through again for everybody who waits. */
export class Offers {
  readonly #places = new Map<Farm, Map<string, Places>>();

  /** Something changed. */
  clear(): void {
    this.#places.clear();
  }

  /** Where a job may go now: machines that had their chance with it are left out. */
  find({ farm, compiler, tried }: Job): Places {
    const byCompiler = this.#places.get(farm) ?? new Map<string, Places>();
    const offers = byCompiler.get(compiler) ?? farm.places(compiler);
    this.#places.set(farm, byCompiler.set(compiler, offers));
    if (tried.size === 0) return offers;
    return { ...offers, places: offers.places.filter(({ machine }) => !tried.has(machine)) };
  }
}
