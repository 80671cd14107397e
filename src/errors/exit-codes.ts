/** Exit codes of distcc and distccd (distcc(1), EXIT CODES); a compiler's own code passes through. */
export const exitCodes = {
  success: 0,
  failed: 100,
  badArguments: 101,
  bindFailed: 102,
  connectFailed: 103,
  compilerCrashed: 104,
  outOfMemory: 105,
  badHostSpec: 106,
  ioError: 107,
  truncated: 108,
  protocolError: 109,
  compilerMissing: 110,
  recursion: 111,
  accessDenied: 113,
  busy: 114,
  noSuchFile: 115,
  noHosts: 116,
  timeout: 118,
} as const;

/** One of {@link exitCodes}. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
