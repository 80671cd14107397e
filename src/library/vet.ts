import { Blacklist } from '../blacklist/index.ts';
import type { Wanted } from '../discovery/index.ts';
import { createResolver, parseNameServer, readSystemConfig } from '../dns/index.ts';
import type { Resolver } from '../dns/index.ts';
import { backoffPeriodMs, distccFolder } from '../process/index.ts';
import { compileLocalCode, defaultToolchain, parseToolchain } from '../probing/index.ts';
import type { ToolchainWanted } from '../probing/index.ts';
import { isUp, readLastGood, saveLastGood, vet as vetSources } from '../vetting/index.ts';
import type { Row, VetOptions as Vetting } from '../vetting/index.ts';
import { describeHost } from './describe-host.ts';
import { vetDefaults } from './options.ts';
import type { VetOptions } from './options.ts';
import { readWords } from './read-words.ts';
import type { VettedHost } from './vetted-host.ts';

type Settings = Required<Omit<VetOptions, 'signal' | 'onWarning' | 'compiler' | 'target'>> &
  VetOptions;

/**
 * Vet a farm as `lsdistcc` does: a row for every host as soon as its verdict is known. Leaving the loop
 * early ends what is still asked; sockets are closed when the loop is over, however it ends.
 * @param words - patterns (`mydistcc%d`), SRV names (`_distcc._tcp.example.com`) and hosts
 *   (`red:4200/8`): an array, or a text with blanks between them, such as a hosts file's
 * @throws {ArgumentError} when `target` or one of `nameServers` cannot be read, or `matchesLocal` is
 *   wanted and the compiler of this machine fails
 * @throws the signal's reason when it aborts
 */
export async function* vet(
  words: string | readonly string[],
  options: VetOptions = {},
): AsyncGenerator<VettedHost, void, undefined> {
  const settings = { ...vetDefaults, ...options };
  const { signal = new AbortController().signal } = options;
  signal.throwIfAborted();
  const own = settings.nameServers.map(parseNameServer);
  const system = await readSystemConfig();
  const servers = own.length > 0 ? own : system.servers;
  const resolver = createResolver({ ...system, servers });
  try {
    const vetting = await prepare(settings, resolver, signal);
    const sources = readWords(words, settings.usesMdns);
    const rows = settings.usesCache ? vetOrRecall(sources, vetting) : vetSources(sources, vetting);
    for await (const row of rows) yield describeHost(row, settings.protocol);
  } finally {
    resolver.close();
  }
}

/** A dead DNS server must not stop a build: those who were good lately are asked again. */
async function* vetOrRecall(sources: readonly Wanted[], vetting: Vetting): AsyncGenerator<Row> {
  const folder = distccFolder(process.env);
  const rows: Row[] = [];
  for await (const row of vetSources(sources, vetting)) {
    rows.push(row);
    yield row;
  }
  const good = rows.filter(isUp);
  if (good.length > 0) saveLastGood(folder, sources, good);
  const last = rows.length === 0 ? readLastGood(folder, sources) : undefined;
  if (last !== undefined) yield* vetSources([], { ...vetting, known: last.candidates });
}

async function prepare(
  settings: Settings,
  resolver: Resolver,
  signal: AbortSignal,
): Promise<Vetting> {
  const { language, onWarning = warn } = settings;
  const wanted = readToolchain(settings);
  return {
    ...settings,
    wanted,
    mdns: { waitMs: settings.mdnsWaitMs },
    ...(settings.matchesLocal && { localCode: await compileLocalCode(language, wanted, signal) }),
    ...(settings.usesBlacklist && { blacklist: openBlacklist() }),
    onWarning: ({ message }) => {
      onWarning(message);
    },
    resolver,
    signal,
  };
}

function readToolchain({ compiler, target }: VetOptions): ToolchainWanted {
  if (target === undefined) {
    return defaultToolchain(compiler ?? 'gcc', process.arch, process.platform);
  }
  const wanted = parseToolchain(target);
  return compiler === undefined ? wanted : { ...wanted, compilerName: compiler };
}

function openBlacklist(): Blacklist {
  const { env } = process;
  return new Blacklist({ folder: distccFolder(env), periodMs: backoffPeriodMs(env) });
}

function warn(message: string): void {
  process.emitWarning(message, 'LsdistccWarning');
}
