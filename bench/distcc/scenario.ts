import type { Row, Wanted } from '../page/index.ts';
import { brokerCpuMs } from './clients.ts';
import type { Client } from './clients.ts';
import { measureRun } from './run.ts';
import type { Measured } from './run.ts';

/** Something that each client does by turns. */
export interface Scenario {
  /** The rows that come out of it, without their figures. */
  readonly metrics: readonly Omit<Row, 'samples'>[];
  readonly rounds: number;
  /** One round of one client. @returns a number for each metric, in its unit */
  readonly run: (client: Client) => Promise<readonly number[]>;
}

/** Where a scenario plays. */
export interface Scene {
  readonly folder: string;
  /** Ports of daemons: one for whatever comes, one for two jobs at once, one that says nothing. */
  readonly ports: { readonly good: number; readonly narrow: number; readonly stalled: number };
  readonly signal: AbortSignal;
}

/** Slots of the daemon for whatever comes. */
export const JOBS = 8;
const NO_CAP_MS = 30 * 60_000;

/** What the executable may have at most: of the original's, or by itself in the row's unit. */
export function atMost(limit: number, kind: Wanted['kind'] = 'ratio'): Wanted[] {
  return [{ program: 'executable', kind, atMost: limit }];
}

/** Processor time is the client's and its broker's. */
export async function runWithBroker(
  client: Client,
  command: readonly string[],
  { folder, signal }: Scene,
  hosts: string,
  capMs = NO_CAP_MS,
): Promise<Measured> {
  const before = brokerCpuMs(client);
  const env = { ...client.env, DISTCC_HOSTS: hosts };
  const measured = await measureRun(command, { cwd: folder, env, capMs, signal });
  const brokerMs = Math.max(0, brokerCpuMs(client) - before);
  return { ...measured, cpuMs: measured.cpuMs + brokerMs };
}

/** A host list of one daemon. */
export function hostsOf({ ports }: Scene, name: keyof Scene['ports']): string {
  return `127.0.0.1:${ports[name]}/${JOBS}`;
}
