import path from 'node:path';
import { formatHostSpec } from '../hosts/index.ts';
import type { SshHost } from '../hosts/index.ts';

/** What is run for one use of ssh. */
export interface SshCommand {
  readonly file: string;
  readonly args: readonly string[];
}

/** How distcc asks for a job's daemon; the original's own words (fact sheet 4.6). */
export const ONE_JOB = ['--inetd', '--enable-tcp-insecure'] as const;

/** How our own daemon is asked to serve until standard input ends; the original refuses the word. */
export const MANY_JOBS = ['--enable-tcp-insecure', '--tunnel'] as const;

/**
 * The one name of a host that is reached through ssh: `user@red:/usr/bin/distccd`, without limit and options.
 * Blacklist, broker and reports know it by that, with port 0.
 */
export function sshKey(host: SshHost): string {
  return formatHostSpec({
    ...{ ...host, isLimitGiven: false, isDown: false },
    ...{ compression: 'none', preprocessAt: 'client' },
  });
}

/** Whether a blacklist's address is a {@link sshKey}. */
export function isSshKey(address: string): boolean {
  return address.includes('@');
}

/** Whether options of OpenSSH may be given: another program (rsh, dbclient) has others. */
export function isOpenSsh(env: NodeJS.ProcessEnv): boolean {
  return path.basename(wordsOf(env)[0] ?? '') === 'ssh';
}

/**
 * The words for one use of ssh.
 * @param options - OpenSSH's, left out where DISTCC_SSH is another program
 * @param remote - the words behind the host
 */
export function sshCommand(
  { user, host }: Pick<SshHost, 'user' | 'host'>,
  env: NodeJS.ProcessEnv,
  options: readonly string[],
  remote: readonly string[],
): SshCommand {
  const [file = 'ssh', ...words] = wordsOf(env);
  const own = isOpenSsh(env) ? options : [];
  const login = user === undefined ? [] : ['-l', user];
  return { file, args: [...words, ...own, ...login, host, ...remote] };
}

/** The daemon's name there. */
export function daemonOf({ command = 'distccd' }: Pick<SshHost, 'command'>): string {
  return command;
}

/** Nobody is there to be asked for a password, and a host that is off is given up in time. */
export function quietOptions(connectTimeoutMs: number): string[] {
  const seconds = Math.max(1, Math.ceil(connectTimeoutMs / 1000));
  return optionWords({ BatchMode: 'yes', ConnectTimeout: seconds, ClearAllForwardings: 'yes' });
}

/** `-o NAME=VALUE` for each. What DISTCC_SSH says comes first, and with OpenSSH the first counts. */
export function optionWords(options: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** `$DISTCC_SSH`, split at blanks as the original does. */
function wordsOf(env: NodeJS.ProcessEnv): string[] {
  const words = (env['DISTCC_SSH'] ?? '').split(/\s+/).filter((word) => word !== '');
  return words.length > 0 ? words : ['ssh'];
}
