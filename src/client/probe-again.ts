import {
  defaultToolchain,
  PROBE_COMPILE_TIMEOUT_MS,
  PROBE_CONNECT_TIMEOUT_MS,
  probe,
} from '../probing/index.ts';
import { probeSsh } from '../probing/probe-ssh.ts';
import { identityOf } from './open-connection.ts';
import type { Destination } from './open-connection.ts';

/** Whether a host that failed compiles again: a witness, with the compiler that the job wants. */
export async function isRecovered(
  { address, port, tls, ssh }: Destination,
  compiler: string,
  signal: AbortSignal,
): Promise<boolean> {
  const target = { address, port, ...(tls !== undefined && { tlsName: tls.name }) };
  const options = {
    language: 'c',
    wanted: defaultToolchain(compiler, process.arch, process.platform),
    verify: 'status',
    protocol: 1,
    connectTimeoutMs: PROBE_CONNECT_TIMEOUT_MS,
    compileTimeoutMs: PROBE_COMPILE_TIMEOUT_MS,
    ...(tls !== undefined && { identity: () => identityOf(tls.env) }),
    signal,
  } as const;
  const asked = ssh === undefined ? probe(target, options) : probeSsh(ssh.host, ssh.env, options);
  const { verdict } = await asked;
  return verdict === 'up';
}
