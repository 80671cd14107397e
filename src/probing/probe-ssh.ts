import type { SshHost } from '../hosts/index.ts';
import type { Connection } from '../net/index.ts';
import { connectRoute, openLink, sshKey } from '../ssh/index.ts';
import type { Route } from '../ssh/index.ts';
import { judgeConnection } from './judge-connection.ts';
import { probe } from './probe.ts';
import type { ProbeOptions, ProbeResult } from './probe.ts';

/**
 * A login is some round trips, two processes and a key exchange, where a connection is one round trip: its
 * limit is so many times that of a connection.
 */
const LOGIN_FACTOR = 4;

/** Where each job starts a daemon; the original's, started so, answers at whole seconds only. */
const SESSION_MS = 1000;

/**
 * As probe(), for a host behind ssh: its key decides whether it is the right one. Logging in counts as
 * connecting, and has four times its limit.
 * @throws the signal's reason, when it aborts
 */
export async function probeSsh(
  host: SshHost,
  env: NodeJS.ProcessEnv,
  options: ProbeOptions,
): Promise<ProbeResult> {
  const { signal } = options;
  const timeoutMs = options.connectTimeoutMs * LOGIN_FACTOR;
  const startedAtMs = performance.now();
  try {
    const link = await openLink(host, { env, timeoutMs, signal });
    try {
      const loginMs = performance.now() - startedAtMs;
      const result = await probeRoute(host, link.route, env, options);
      return { ...result, connectMs: loginMs + (result.connectMs ?? 0) };
    } finally {
      await link.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    return judgeConnection(error);
  }
}

/** As {@link probeSsh}, by a link that is there already. */
export function probeRoute(
  host: SshHost,
  route: Route,
  env: NodeJS.ProcessEnv,
  options: ProbeOptions,
): Promise<ProbeResult> {
  const { compileTimeoutMs } = options;
  const isWhole = route.kind === 'socket' || compileTimeoutMs === 0;
  return probe(
    { address: sshKey(host), port: 0 },
    {
      ...options,
      compileTimeoutMs: isWhole ? compileTimeoutMs : compileTimeoutMs + SESSION_MS,
      open: (how): Promise<Connection> => connectRoute(host, route, { ...how, env }),
    },
  );
}
