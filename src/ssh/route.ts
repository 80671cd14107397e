import type { SshHost } from '../hosts/index.ts';
import { connectLocal } from '../net/index.ts';
import type { ConnectOptions, Connection } from '../net/index.ts';
import { daemonOf, ONE_JOB, optionWords, quietOptions, sshCommand, sshKey } from './command.ts';
import { SshStream } from './ssh-stream.ts';
import { startSsh } from './start-ssh.ts';

/** How a job gets to a host behind ssh. */
export type Route =
  /** A socket here that leads to a daemon of ours there. */
  | { readonly kind: 'socket'; readonly path: string }
  /** The control socket of a master connection: a session, and a daemon, for each job. */
  | { readonly kind: 'session'; readonly path: string }
  /** A connection of its own for each job. */
  | { readonly kind: 'alone' };

/**
 * A connection to a daemon behind ssh. One that takes an ssh of its own counts as connected once that runs:
 * what comes of it shows at the first read.
 * @throws {ConnectError | TimeoutError} when a socket's other end is gone
 */
export async function connectRoute(
  host: SshHost,
  route: Route,
  options: ConnectOptions & { readonly env: NodeJS.ProcessEnv },
): Promise<Connection> {
  if (route.kind === 'socket') return connectLocal(route.path, options);
  options.signal.throwIfAborted();
  const { env, timeoutMs } = options;
  // Without room for one more session ssh makes a connection of its own, by itself.
  const shared =
    route.kind === 'session' ? ['-S', route.path, ...optionWords({ ControlMaster: 'no' })] : [];
  const words = [...shared, ...quietOptions(timeoutMs)];
  const command = sshCommand(host, env, words, [daemonOf(host), ...ONE_JOB]);
  return new SshStream(startSsh(sshKey(host), command, env));
}
