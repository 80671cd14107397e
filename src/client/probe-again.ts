import {
  defaultToolchain,
  PROBE_COMPILE_TIMEOUT_MS,
  PROBE_CONNECT_TIMEOUT_MS,
  probe,
} from '../probing/index.ts';
import { identityOf } from './open-connection.ts';
import type { Destination } from './open-connection.ts';

/** Whether a host that failed compiles again: a witness, with the compiler that the job wants. */
export async function isRecovered(
  { address, port, tls }: Destination,
  compiler: string,
  signal: AbortSignal,
): Promise<boolean> {
  const target = { address, port, ...(tls !== undefined && { tlsName: tls.name }) };
  const { verdict } = await probe(target, {
    language: 'c',
    wanted: defaultToolchain(compiler, process.arch, process.platform),
    verify: 'status',
    protocol: 1,
    connectTimeoutMs: PROBE_CONNECT_TIMEOUT_MS,
    compileTimeoutMs: PROBE_COMPILE_TIMEOUT_MS,
    ...(tls !== undefined && { identity: () => identityOf(tls.env) }),
    signal,
  });
  return verdict === 'up';
}
