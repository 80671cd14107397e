export { compileLocalCode } from './local-code.ts';
export { PROBE_COMPILE_TIMEOUT_MS, PROBE_CONNECT_TIMEOUT_MS, probe } from './probe.ts';
export type { ProbeOptions, ProbeResult, ProbeTarget } from './probe.ts';
export { defaultToolchain, parseToolchain } from './toolchain.ts';
export type { ToolchainWanted } from './toolchain.ts';
export { isHostFault, remedyOf, verdicts } from './verdict.ts';
export type { Verdict } from './verdict.ts';
