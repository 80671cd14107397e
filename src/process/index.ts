export { closeInherited } from './close-inherited.ts';
export { backoffPeriodMs, distccFolder } from './distcc-folder.ts';
export { findProgram, isExecutable, isMasquerade, splitPath } from './find-program.ts';
export { invokedAs, isSingleFile, ownCommand } from './invocation.ts';
export { KILL_DELAY_MS, runChild } from './run-child.ts';
export type { ChildResult, RunOptions } from './run-child.ts';
export { makePrivateFolder, removeQuietly, replaceFile } from './replace-file.ts';
export { makeTempFolder } from './temp-folder.ts';
export type { TempFolder } from './temp-folder.ts';
