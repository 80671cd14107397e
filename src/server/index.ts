export { ALLOW_FOLDERS, findCompilers } from './compilers.ts';
export type { CompilerSearch, Compilers } from './compilers.ts';
export { startDaemon } from './daemon.ts';
export type { Daemon, DaemonOptions } from './daemon.ts';
export { logLevels, makeLog } from './log.ts';
export type { Log, LogLevel } from './log.ts';
