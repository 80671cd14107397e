export { codeOf } from './code-of.ts';
export { exitCodes } from './exit-codes.ts';
export type { ExitCode } from './exit-codes.ts';
export {
  ArgumentError,
  BindError,
  CompilerMissingError,
  ConnectError,
  DistccError,
  HostSpecError,
  IoError,
  NoHostsError,
  ObjectError,
  ProtocolError,
  RecursionError,
  TimeoutError,
  TlsError,
  TruncatedError,
  UntrustedError,
} from './distcc-error.ts';
export { StoppedError, stopSignals } from './stopped-error.ts';
export type { StopSignal } from './stopped-error.ts';
