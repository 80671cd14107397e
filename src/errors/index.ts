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
