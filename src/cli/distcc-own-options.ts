import { findHostList } from '../client/index.ts';
import type { Settings } from '../client/index.ts';
import { NoHostsError } from '../errors/index.ts';
import type { HostList } from '../hosts/index.ts';
import { formatVersion } from './version.ts';

const HELP = `Usage:
  distcc [COMPILER] OPTIONS…   compile on a host of the list, or here when none can
  distcc --show-hosts          print the host list, one a line
  distcc -j                    print how many jobs the list takes at once
  distcc --help | --version

Environment:
  DISTCC_HOSTS               the host list: red green:4200/3,lzo localhost
  DISTCC_DIR                 where hosts and state are kept (~/.distcc)
  DISTCC_FALLBACK=0          never compile here instead
  DISTCC_SKIP_LOCAL_RETRY=1  believe a compile error of a host at once
  DISTCC_IO_TIMEOUT=SEC      the longest silence of a host (300)
  DISTCC_VERBOSE=1           say what is done; DISTCC_LOG=FILE: say it there

Exit codes: the compiler's own, or 101 wrong arguments, 106 bad host list, 107 input or output,
110 no such compiler, 111 recursion, 116 no host could do it.

Example:
  export DISTCC_HOSTS="$(lsdistcc 'mydistcc%d')" && make -j"$(distcc -j)" CC='distcc gcc'
`;

const ownOptions = {
  '--help': () => HELP,
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
export function runOwnOption(option: OwnOption, settings: Settings): number {
  process.stdout.write(ownOptions[option](settings));
  return 0;
}

function requireHosts(settings: Settings): HostList {
  const list = findHostList(settings);
  if (list !== undefined && list.hosts.length > 0) return list;
  throw new NoHostsError('No hosts: set DISTCC_HOSTS or write them to ~/.distcc/hosts');
}

function texts(list: HostList): string[] {
  return list.hosts.map((host) => host.text);
}

function countSlots(list: HostList): number {
  return list.hosts.reduce((sum, host) => sum + host.limit, 0);
}
