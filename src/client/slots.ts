import type { RemoteHost } from '../hosts/index.ts';
import type { Ending, Phase } from '../scheduling/index.ts';
import type { Route } from '../ssh/index.ts';

/** One address of one host, where this job may go. */
export interface Place {
  readonly host: RemoteHost;
  /** An address; the `sshKey()` of a host behind ssh. */
  readonly address: string;
  /** 0 of a host behind ssh. */
  readonly port: number;
  /** How ssh leads there; absent: by a connection of its own. */
  readonly route?: Route;
}

/** Who says where a job may go, and when: the broker, or chance where there is none. */
export interface Slots {
  /**
   * May the job preprocess, is this machine one of the list's places for it, or is no host left?
   * Waits for a slot.
   */
  begin(): Promise<'preprocess' | 'here' | 'nowhere'>;
  /** Wait for a slot of this machine, for what only it can do; without a reason it counts for nothing. */
  stay(why: string): Promise<void>;
  /**
   * Wait for the next place of this job.
   * @param bytes - the length of its text
   */
  next(bytes: number): Promise<Place | 'here' | undefined>;
  /** How the time at a place, or here, ended. */
  end(place: Place | 'here', ending: Ending): void;
  /** The job is done: what it asks from now on is for its audit. */
  beginAudit(): void;
  /**
   * The audit is over.
   * @param differing - places that made another object than the compiler here; undefined when nobody
   *   could say which is right
   */
  endAudit(differing: readonly Place[] | undefined): void;
  setPhase(phase: Phase): void;
  /** Called with a second place when the first is late and nobody else wants it. */
  onSecond: ((place: Place) => void) | undefined;
  close(): void;
}
