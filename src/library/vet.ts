import { parseNameServer } from '../dns/index.ts';
import { defaultToolchain, parseToolchain } from '../probing/index.ts';
import type { ToolchainWanted } from '../probing/index.ts';
import { vetFarm } from '../vetting/index.ts';
import type { VetOptions } from './options.ts';
import { readOptions } from './read-options.ts';
import { readWords } from './read-words.ts';
import { describeHost } from './describe-host.ts';
import type { VettedHost } from './vetted-host.ts';

/**
 * Vet a farm as `lsdistcc` does: a row for every host as soon as its verdict is known. Leaving the loop
 * early ends what is still asked; sockets are closed when the loop is over, however it ends.
 * @param words - patterns (`mydistcc%d`), SRV names (`_distcc._tcp.example.com`) and hosts
 *   (`red:4200/8`): an array, or a text with blanks between them, such as a hosts file's
 * @throws {ArgumentError} when an option makes no sense, or `matchesLocal` is wanted and the compiler of
 *   this machine fails
 * @throws the signal's reason when it aborts
 */
export async function* vet(
  words: string | readonly string[],
  options: VetOptions = {},
): AsyncGenerator<VettedHost, void, undefined> {
  const settings = readOptions(options);
  const { signal = new AbortController().signal, onWarning = warn } = options;
  const farm = {
    ...settings,
    wanted: readToolchain(settings),
    nameServers: settings.nameServers.map(parseNameServer),
    mdns: { waitMs: settings.mdnsWaitMs },
    env: process.env,
    onWarning,
    signal,
  };
  const sources = readWords(words, settings.usesMdns);
  for await (const rows of vetFarm(sources, farm)) {
    for (const row of rows) yield describeHost(row, settings.protocol);
  }
}

function readToolchain({ compiler, target }: VetOptions): ToolchainWanted {
  if (target === undefined) {
    return defaultToolchain(compiler ?? 'gcc', process.arch, process.platform);
  }
  const wanted = parseToolchain(target);
  return compiler === undefined ? wanted : { ...wanted, compilerName: compiler };
}

function warn(message: string): void {
  process.emitWarning(message, 'LsdistccWarning');
}
