import { findHostList } from '../client/index.ts';
import type { Settings } from '../client/index.ts';
import { NoHostsError } from '../errors/index.ts';
import type { HostList } from '../hosts/index.ts';
import { formatVersion } from './version.ts';

const ownOptions = {
  '--help': showHelp,
  '--version': () => formatVersion('distcc'),
  '--show-hosts': (settings: Settings) => `${texts(requireHosts(settings)).join('\n')}\n`,
  '-j': (settings: Settings) => `${countSlots(requireHosts(settings))}\n`,
};

/** A word that is meant for distcc and not for a compiler. */
export type OwnOption = keyof typeof ownOptions;

/** distcc's own option, when that is what the first word is (fact sheet 3.2). */
export function ownOption(argv: readonly string[]): OwnOption | undefined {
  return Object.keys(ownOptions).find((name): name is OwnOption => name === argv[0]);
}

/**
 * Print what an option of distcc's own asks for.
 * @returns the exit code
 * @throws {HostSpecError | NoHostsError} when there is no host list that can be read
 */
export async function runOwnOption(option: OwnOption, settings: Settings): Promise<number> {
  process.stdout.write(await ownOptions[option](settings));
  return 0;
}

/** Loaded only here: a compilation does not wait for it. */
async function showHelp(): Promise<string> {
  const { distccProgram } = await import('./distcc-program.ts');
  const { renderHelp } = await import('./render-help.ts');
  return renderHelp(distccProgram);
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
