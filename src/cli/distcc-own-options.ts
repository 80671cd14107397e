import { findHostList, makeLog } from '../client/index.ts';
import type { Settings } from '../client/index.ts';
import { exitCodes, NoHostsError } from '../errors/index.ts';
import type { HostList } from '../hosts/index.ts';
import { BROKER_OPTION } from './broker-command.ts';
import { printVersion } from './version.ts';

/** What an option has to work with. */
interface OwnContext {
  /** The words behind the option. */
  readonly words: readonly string[];
  readonly settings: Settings;
  readonly signal: AbortSignal;
}

/** Each prints what it is asked for; a number is the exit code, nothing is 0. */
const ownOptions = {
  '--help': showHelp,
  '--version': () => printVersion('distcc'),
  '--show-hosts': ({ settings }) => {
    process.stdout.write(`${texts(requireHosts(settings)).join('\n')}\n`);
  },
  '-j': ({ settings }) => {
    process.stdout.write(`${countSlots(requireHosts(settings))}\n`);
  },
  // Only pump mode has a list of included files.
  '--scan-includes': ({ settings }) => {
    makeLog(settings)('error', 'Cannot scan includes: this client preprocesses, without pump mode');
    return exitCodes.failed;
  },
  '--ping': async ({ words, settings, signal }) => {
    const { ping } = await import('./distcc-ping.ts');
    return ping(words, settings, signal);
  },
  '--status': async ({ words, settings, signal }) => {
    const { showStatus } = await import('./distcc-monitor.ts');
    await showStatus(words, settings, signal);
  },
  '--stats': async ({ words, settings }) => {
    const { showStats } = await import('./distcc-monitor.ts');
    await showStats(words, settings);
  },
  '--stop': async ({ settings }) => {
    const { stopBroker } = await import('./distcc-monitor.ts');
    await stopBroker(settings);
  },
  '--install-masquerade': async ({ words }) => {
    const { installHere } = await import('./install-here.ts');
    process.stdout.write(installHere(words));
  },
  [BROKER_OPTION]: async ({ words, signal }) => {
    const { runBrokerProgram } = await import('./distcc-broker.ts');
    return runBrokerProgram(words[0] ?? '', signal);
  },
} satisfies Record<string, (context: OwnContext) => unknown>;

/** A word that is meant for distcc and not for a compiler. */
export type OwnOption = keyof typeof ownOptions;

/** distcc's own option, when that is what the first word is (fact sheet 3.2). */
export function ownOption(argv: readonly string[]): OwnOption | undefined {
  return Object.keys(ownOptions).find((name): name is OwnOption => name === argv[0]);
}

/**
 * Do what an option of distcc's own asks for.
 * @returns the exit code
 * @throws {HostSpecError | NoHostsError} when there is no host list that can be read
 */
export async function runOwnOption(option: OwnOption, context: OwnContext): Promise<number> {
  return (await ownOptions[option](context)) ?? 0;
}

/** Loaded only here: a compilation does not wait for it. */
async function showHelp(): Promise<void> {
  const { distccProgram } = await import('./distcc-program.ts');
  const { renderHelp } = await import('./render-help.ts');
  process.stdout.write(renderHelp(distccProgram));
}

function requireHosts(settings: Settings): HostList {
  const list = findHostList(settings)?.list;
  if (list !== undefined && list.hosts.length > 0) return list;
  throw new NoHostsError('No hosts: set DISTCC_HOSTS or write them to ~/.distcc/hosts');
}

function texts(list: HostList): string[] {
  return list.hosts.map((host) => host.text);
}

function countSlots(list: HostList): number {
  return list.hosts.reduce((sum, host) => sum + host.limit, 0);
}
