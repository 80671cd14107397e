import { defaultToolchain, probe } from '../probing/index.ts';
import type { ProbeTarget } from '../probing/index.ts';

/** As lsdistcc has them. */
const CONNECT_TIMEOUT_MS = 900;
const COMPILE_TIMEOUT_MS = 1000;

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
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    compileTimeoutMs: COMPILE_TIMEOUT_MS,
    signal,
  });
  return verdict === 'up';
}
