#!/usr/bin/env node
import {
  findMasqueradedCompiler,
  isRawCommand,
  makeLog,
  readSettings,
  runJob,
  runLocally,
  runRawLocally,
  unmasqueradedPath,
} from '../client/index.ts';
import { openBlacklist } from '../blacklist/index.ts';
import { findCompilerWord } from '../compiler/index.ts';
import { ArgumentError, RecursionError } from '../errors/index.ts';
import { invokedAs } from '../process/index.ts';
import { brokerCommand } from './broker-command.ts';
import { ownOption, runOwnOption } from './distcc-own-options.ts';
import { runCli } from './run-cli.ts';

const masqueraded = findMasqueradedCompiler(invokedAs());
const argv = process.argv.slice(2);
const option = masqueraded === undefined ? ownOption(argv) : undefined;

await runCli('distcc', { diesBySignal: true }, async (signal, useStreams) => {
  const settings = readSettings(process.env);
  if (option !== undefined) {
    if (option !== '--version') useStreams();
    return runOwnOption(option, { words: argv.slice(1), settings, signal });
  }
  const words = masqueraded === undefined ? readCommand() : [masqueraded, ...argv];
  if (settings.safeguardLevel > 0) return runNested(words, signal);
  if (isRawCommand(words, process.env)) return runRawLocally(words, { env: process.env, signal });
  const log = makeLog(settings);
  log('debug', `exec: ${words.join(' ')}`);
  const blacklist = openBlacklist(process.env);
  const context = { settings, log, blacklist, env: process.env, signal };
  return runJob(words, { ...context, brokerCommand: brokerCommand() });
});

/** Below another distcc: a link on the PATH still leads to the compiler, anything else in a circle. */
function runNested(words: readonly string[], signal: AbortSignal): Promise<number> {
  const { env } = process;
  const searchPath = env['PATH'] ?? '';
  if (masqueraded === undefined || unmasqueradedPath(masqueraded, searchPath) === searchPath) {
    throw new RecursionError('distcc was called in the compiler’s place by distcc itself');
  }
  return runLocally(words, { env, signal });
}

function readCommand(): readonly string[] {
  if (argv.length === 0) {
    throw new ArgumentError('No command: want "distcc COMPILER OPTIONS…", or see distcc --help');
  }
  return findCompilerWord(argv).words;
}
