import path from 'node:path';
import { HostSpecError } from '../errors/index.ts';
import { parseHostList } from '../hosts/index.ts';
import { openBroker } from '../scheduling/open-broker.ts';
import { BrokerSlots } from './broker-slots.ts';
import { FreeSlots } from './free-slots.ts';
import { findHostList } from './host-list.ts';
import type { FoundList } from './host-list.ts';
import type { JobContext } from './job-context.ts';
import { warmUp } from './open-connection.ts';
import type { Slots } from './slots.ts';

/** What a job is, for those who hand out slots. */
export interface JobName {
  /** The compiler's name as the job has it. */
  readonly compiler: string;
  /** The source, or what the command is about. */
  readonly file: string;
  /** Whether it may be sent to a host. */
  readonly isRemote: boolean;
}

/** Slots for one job: the broker's, which is started if need be, or free ones. */
export async function openSlots(job: JobName, context: JobContext): Promise<Slots> {
  const found = readHosts(context);
  const makeFree = (): Slots => new FreeSlots(found?.list, job.compiler, context);
  if (found === undefined) return makeFree();
  if (job.isRemote) warmUp(found.list.hosts, context.env);
  const broker = await reachBroker(job, found.text, context);
  return broker === undefined ? makeFree() : new BrokerSlots(broker, context.log, makeFree);
}

/** @returns undefined, and tells why, when the list cannot be read */
function readHosts(context: JobContext): FoundList | undefined {
  try {
    return findHostList(context.settings) ?? { text: '', list: parseHostList('') };
  } catch (error) {
    if (!(error instanceof HostSpecError)) throw error;
    context.log('warning', `${error.message}: can't distribute work`);
    return undefined;
  }
}

async function reachBroker({ compiler, file }: JobName, list: string, context: JobContext) {
  const { settings, brokerCommand, log } = context;
  if (!settings.usesBroker || brokerCommand === undefined) return undefined;
  const open = {
    wish: 'open',
    pid: process.pid,
    file: path.basename(file),
    compiler: path.basename(compiler),
    list,
  } as const;
  const opened = await openBroker(settings.folder, open);
  if (opened !== undefined) return opened.broker;
  const { startBroker } = await import('../scheduling/start-broker.ts');
  const isUp = await startBroker(settings.folder, brokerCommand);
  const again = isUp ? await openBroker(settings.folder, open) : undefined;
  if (again === undefined) log('info', `no broker in "${settings.folder}": going on without it`);
  return again?.broker;
}
