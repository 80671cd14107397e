import {
  defaultToolchain,
  PROBE_COMPILE_TIMEOUT_MS,
  PROBE_CONNECT_TIMEOUT_MS,
  probe,
} from '../probing/index.ts';
import type { ProbeTarget } from '../probing/index.ts';

/** Whether a host that failed compiles again: a witness, with the compiler that the job wants. */
export async function isRecovered(
  target: ProbeTarget,
  compiler: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { verdict } = await probe(target, {
    language: 'c',
    wanted: defaultToolchain(compiler, process.arch, process.platform),
    verify: 'status',
    protocol: 1,
    connectTimeoutMs: PROBE_CONNECT_TIMEOUT_MS,
    compileTimeoutMs: PROBE_COMPILE_TIMEOUT_MS,
    signal,
  });
  return verdict === 'up';
}
