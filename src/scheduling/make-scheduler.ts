import type { Blacklist } from '../blacklist/index.ts';
import { Farm } from './farm.ts';
import type { Routes } from './farm.ts';
import { FoundFarms } from './found-farms.ts';
import type { FinderOptions } from './found-farms.ts';
import { Gate } from './gate.ts';
import type { GateOptions } from './gate.ts';
import { Names } from './names.ts';
import { Machines } from './pool.ts';
import { Scheduler } from './scheduler.ts';

/** Lists are kept for so many builds with lists of their own. */
const MAX_FARMS = 100;

/** What a scheduler reaches the world with. */
export interface WorldOptions {
  readonly blacklist: Blacklist;
  readonly probe: GateOptions['probe'];
  readonly routes: Routes;
  /** @returns no address when the name leads nowhere; never throws */
  readonly lookUp: (name: string) => Promise<readonly string[]>;
  /** The good hosts behind words like `+zeroconf`, as they prove themselves; never throws. */
  readonly findGood: FinderOptions['findGood'];
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** A scheduler, and the farm that a host list stands for. */
export interface Scheduling {
  readonly scheduler: Scheduler;
  /** @throws {HostSpecError} when the text is no host list */
  readonly farmOf: (list: string) => Farm;
  /** To be called when a way to a host behind ssh is there, or gone. */
  readonly onRoute: () => void;
}

/** Join the parts: names, blacklist, machines, and whoever waits for them. */
export function makeScheduler(world: WorldOptions): Scheduling {
  const { now, random, routes } = world;
  const onChange = (): void => {
    scheduler.pump();
  };
  const machines = new Machines();
  const gate = new Gate({ ...world, onChange });
  const names = new Names({ ...world, onChange });
  const scheduler = new Scheduler({ machines, gate, now, random });
  const found = new FoundFarms({ ...world, onChange });
  const farms = new Map<string, Farm>();
  const farmOf = (text: string): Farm => {
    const farm = farms.get(text) ?? new Farm(text, { machines, gate, names, found, routes });
    farms.delete(text); // the one used last stands last
    farms.set(text, farm);
    const [oldest = ''] = farms.keys();
    if (farms.size > MAX_FARMS) farms.delete(oldest);
    return farm;
  };
  const onRoute = (): void => {
    gate.forget(); // a way that is gone is on the blacklist already
    onChange();
  };
  return { scheduler, farmOf, onRoute };
}
