import type { Blacklist } from '../blacklist/index.ts';
import type { BrokerCommand } from '../scheduling/index.ts';
import type { LocalOptions } from './local.ts';
import type { Log } from './log.ts';
import type { Settings } from './settings.ts';

/** What a job runs in. */
export interface JobContext extends LocalOptions {
  readonly settings: Settings;
  /** Whose failures every client and lsdistcc of this user share. */
  readonly blacklist: Blacklist;
  readonly log: Log;
  /** What runs a broker; absent: jobs do without one. */
  readonly brokerCommand?: BrokerCommand;
}
