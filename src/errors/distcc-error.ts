import { exitCodes } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';

/** What every failure of this suite is: one line for a person, and the two facts a caller decides by. */
export abstract class DistccError extends Error {
  /** The code a program ends with when nothing else can be done. */
  abstract readonly exitCode: ExitCode;
  /** Whether the job may be run again elsewhere: the fault is not the source's. */
  abstract readonly isAccidental: boolean;
}

/** A command line, or a request, that makes no sense. */
export class ArgumentError extends DistccError {
  override readonly name = 'ArgumentError';
  readonly exitCode = exitCodes.badArguments;
  readonly isAccidental = false;
}

/** An address and port that cannot be listened on. */
export class BindError extends DistccError {
  override readonly name = 'BindError';
  readonly exitCode = exitCodes.bindFailed;
  readonly isAccidental = false;
}

/** A host that does not take connections. */
export class ConnectError extends DistccError {
  override readonly name = 'ConnectError';
  readonly exitCode = exitCodes.connectFailed;
  readonly isAccidental = true;
}

/** A peer with which no TLS connection comes about. */
export class TlsError extends DistccError {
  override readonly name = 'TlsError';
  readonly exitCode = exitCodes.connectFailed;
  readonly isAccidental = true;
}

/** A peer that cannot prove that it belongs to the farm. */
export class UntrustedError extends DistccError {
  override readonly name = 'UntrustedError';
  readonly exitCode = exitCodes.connectFailed;
  readonly isAccidental = true;
}

/** A host list that does not follow the grammar of DISTCC_HOSTS. */
export class HostSpecError extends DistccError {
  override readonly name = 'HostSpecError';
  readonly exitCode = exitCodes.badHostSpec;
  readonly isAccidental = true;
}

/** A file or socket that cannot be read or written. */
export class IoError extends DistccError {
  override readonly name = 'IoError';
  readonly exitCode = exitCodes.ioError;
  readonly isAccidental = true;
}

/** A peer that left in the middle of a message. */
export class TruncatedError extends DistccError {
  override readonly name = 'TruncatedError';
  readonly exitCode = exitCodes.truncated;
  readonly isAccidental = true;
}

/** A peer whose bytes are not the distcc protocol, or break one of its limits. */
export class ProtocolError extends DistccError {
  override readonly name = 'ProtocolError';
  readonly exitCode = exitCodes.protocolError;
  readonly isAccidental = true;
}

/** A compiler that is not there, or may not run. */
export class CompilerMissingError extends DistccError {
  override readonly name = 'CompilerMissingError';
  readonly exitCode = exitCodes.compilerMissing;
  readonly isAccidental = true;
}

/** distcc that found itself in the compiler's place. */
export class RecursionError extends DistccError {
  override readonly name = 'RecursionError';
  readonly exitCode = exitCodes.recursion;
  readonly isAccidental = false;
}

/** No host is left to send a job to. */
export class NoHostsError extends DistccError {
  override readonly name = 'NoHostsError';
  readonly exitCode = exitCodes.noHosts;
  readonly isAccidental = true;
}

/** A step that took longer than its limit. */
export class TimeoutError extends DistccError {
  override readonly name = 'TimeoutError';
  readonly exitCode = exitCodes.timeout;
  readonly isAccidental = true;
}

/** Bytes that should be an object file and are not, or contradict themselves. */
export class ObjectError extends DistccError {
  override readonly name = 'ObjectError';
  readonly exitCode = exitCodes.protocolError;
  readonly isAccidental = true;
}
