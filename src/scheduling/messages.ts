import type { Route } from '../ssh/index.ts';

/** What a job is busy with, in the words of distccmon-text. */
export const phases = [
  'Startup',
  'Blocked',
  'Preprocess',
  'Connect',
  'Send',
  'Compile',
  'Receive',
] as const;

export type Phase = (typeof phases)[number];

/** How a job's time at a host ended. */
export type Ending =
  /** The host compiled it. */
  | 'done'
  /** The host said what is wrong with the source, which says little of its speed. */
  | 'rejected'
  /** The host failed: the job goes elsewhere. */
  | 'failed'
  /** Another host was quicker. */
  | 'lost';

/** The first line of a job: who asks, and what its host list is. */
export interface OpenWish {
  readonly wish: 'open';
  readonly pid: number;
  readonly file: string;
  readonly compiler: string;
  /** The text of the host list; empty where there is none. */
  readonly list: string;
}

/** What a job that is open says. */
export type JobWish =
  /** It could be sent: may it preprocess, or has this machine a place of the list for it? */
  | { readonly wish: 'begin' }
  /** A slot for work that only this machine can do. */
  | { readonly wish: 'here'; readonly why: string }
  /** The next host for this job, which is so many bytes long. */
  | { readonly wish: 'host'; readonly bytes: number }
  | { readonly wish: 'phase'; readonly phase: Phase }
  /** It is done: what it asks from now on is for its audit. */
  | { readonly wish: 'audit' }
  | AuditedWish
  | {
      readonly wish: 'end';
      readonly address: string;
      readonly port: number;
      readonly ending: Ending;
    };

/** What came of an audit. */
export interface AuditedWish {
  readonly wish: 'audited';
  /** The hosts whose objects are wrong; absent when objects differ and nobody knows which is right. */
  readonly differing?: readonly { readonly address: string; readonly port: number }[];
}

/** What those ask who have no job. */
export type MonitorWish =
  | { readonly wish: 'jobs' }
  | { readonly wish: 'stats' }
  /** The broker is not wanted any more; the connection ends with it. */
  | { readonly wish: 'stop' };

/** What a client says to the broker, a line of JSON each. */
export type Wish = OpenWish | JobWish | MonitorWish;

/** A slot at a host, held until the client says `end` or is gone. */
export interface HostGrant {
  readonly grant: 'host';
  /** The entry of the host list. */
  readonly text: string;
  /** An address; the `sshKey()` of a host behind ssh. */
  readonly address: string;
  /** 0 of a host behind ssh. */
  readonly port: number;
  /** How ssh leads there. */
  readonly route?: Route;
  /** Nobody waits and the job's first host is late: the same job may go here too. */
  readonly isSecond: boolean;
}

/** What the broker says to a client. */
export type Grant =
  /** It is there: the answer to `open`. */
  | { readonly grant: 'hello' }
  /** Still waiting, and still alive. */
  | { readonly grant: 'wait' }
  | { readonly grant: 'preprocess' }
  | { readonly grant: 'here' }
  | HostGrant
  /** No host is left for this job; nothing to say when each had its chance. */
  | { readonly grant: 'none'; readonly why: string }
  | { readonly grant: 'jobs'; readonly jobs: readonly JobStatus[] }
  | { readonly grant: 'stats'; readonly stats: Stats };

/** What one job of this user is doing. */
export interface JobStatus {
  readonly pid: number;
  readonly file: string;
  readonly phase: Phase;
  /** The host's entry without its options, `localhost`, or nothing while it waits. */
  readonly host: string;
  /** Which of the host's slots, from 0. */
  readonly slot: number;
  /** How long in this phase. */
  readonly phaseMs: number;
}

/** What became of the jobs since the broker started. */
export interface Stats {
  readonly startedAt: string;
  readonly remote: number;
  readonly local: number;
  /** Why jobs ran here, the most frequent first. */
  readonly localReasons: readonly { readonly why: string; readonly jobs: number }[];
  /** Jobs that were compiled once more, and of those the ones whose objects differed. */
  readonly audited: number;
  readonly differences: number;
  readonly hosts: readonly HostStats[];
}

/** What one host did. */
export interface HostStats {
  readonly host: string;
  readonly address: string;
  readonly jobs: number;
  readonly failures: number;
  /** Objects of this host that were wrong. */
  readonly differences: number;
  /** Of the last jobs that it did; absent before the first. */
  readonly medianMs?: number;
}
