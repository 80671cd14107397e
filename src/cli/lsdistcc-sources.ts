import fs from 'node:fs';
import {
  isPattern,
  MDNS_SERVICE,
  MDNS_TLS_SERVICE,
  mdnsSubtype,
  parsePattern,
} from '../discovery/index.ts';
import type { Wanted } from '../discovery/index.ts';
import { ArgumentError, codeOf, HostSpecError, IoError } from '../errors/index.ts';
import { parseHostList, parseHostSpec } from '../hosts/index.ts';
import type { HostSpec } from '../hosts/index.ts';
import { parseToolchain } from '../probing/index.ts';
import type { CommandLine } from './command-line.ts';

/** What is vetted when no word says what. */
const DEFAULT_PATTERN = 'distcc%d';

/** Where candidates come from at this moment: hosts files are read anew. */
export type Sources = () => Wanted[];

/**
 * Where the candidates of a command line come from. What a person typed is checked at once.
 * @throws {ArgumentError} on a word that is neither a pattern nor a host spec
 * @throws {IoError} when a hosts file or standard input cannot be read
 * @throws the signal's reason when it aborts
 */
export async function readSources(line: CommandLine, signal: AbortSignal): Promise<Sources> {
  const files = line.all('hosts-file').map(openHostsFile);
  const services = [...line.words.filter(isServiceName), ...line.all('srv')];
  const groups = mdnsNames(line);
  const named = line.words.filter((word) => !isServiceName(word));
  const isDefault = [...line.words, ...files, ...services, ...groups].length === 0;
  const words = isDefault ? [DEFAULT_PATTERN] : named;
  const patterns = words.filter(isPattern);
  for (const pattern of patterns) parsePattern(pattern);
  const hosts = words.filter((word) => word !== '-' && !patterns.includes(word));
  for (const host of hosts) checkEntry(host);
  const input = words.includes('-') ? [await readStandardInput(signal)] : [];
  const piped = input.map((text) => () => text);
  const lists = [...(hosts.length > 0 ? [() => hosts.join('\n')] : []), ...files, ...piped];
  return () => [
    ...patterns.map((word) => ({ source: 'pattern', word }) as const),
    ...services.map((word) => ({ source: 'srv', word }) as const),
    ...groups.map((word) => ({ source: 'mdns', word }) as const),
    ...joinLists(lists.map((read) => read())),
  ];
}

/** One list of all, so that their hosts stay in order. */
function joinLists(lists: readonly string[]): Wanted[] {
  return lists.length === 0 ? [] : [{ source: 'list', word: lists.join('\n') }];
}

/** A host, or one of the words that lists have for others: `+zeroconf`, `+pattern:red%d`, `+srv:NAME`. */
function checkEntry(word: string): void {
  if (!word.startsWith('+')) readHost(word);
  else asArgument(() => parseHostList(word));
}

function isServiceName(word: string): boolean {
  return word.startsWith('_');
}

/** The service, and with `--target` the subtype under which distccd offers that very compiler. */
function mdnsNames(line: CommandLine): string[] {
  if (!line.has('mdns')) return [];
  const tls = line.has('tls') ? [MDNS_TLS_SERVICE] : [];
  const target = line.text('target');
  const wanted = target === undefined ? undefined : parseToolchain(target);
  const version = wanted?.compiler?.version;
  if (wanted?.triple === undefined || version?.operator !== '=') return [MDNS_SERVICE, ...tls];
  return [mdnsSubtype(wanted.triple, version.version), MDNS_SERVICE, ...tls];
}

/**
 * Read a host that a person typed.
 * @throws {ArgumentError} when it is no host spec
 */
export function readHost(word: string): HostSpec {
  return asArgument(() => parseHostSpec(word));
}

function asArgument<T>(parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (!(cause instanceof HostSpecError)) throw cause;
    throw new ArgumentError(cause.message, { cause });
  }
}

/** Whoever writes it may take long, or be a person who presses Control-C. */
async function readStandardInput(signal: AbortSignal): Promise<string> {
  const { addAbortSignal } = process.getBuiltinModule('node:stream'); // slow to load
  const { text } = process.getBuiltinModule('node:stream/consumers');
  try {
    return await text(addAbortSignal(signal, process.stdin));
  } catch (cause) {
    signal.throwIfAborted();
    throw new IoError(`Cannot read the hosts on standard input: ${codeOf(cause)}`, { cause });
  }
}

/** What is no file, such as the pipe of `<(command)`, gives its text only once. */
function openHostsFile(file: string): () => string {
  const text = readHostsFile(file);
  const isFile = fs.statSync(file, { throwIfNoEntry: false })?.isFile() === true;
  return isFile ? () => readHostsFile(file) : () => text;
}

function readHostsFile(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (cause) {
    throw new IoError(`Cannot read the hosts file "${file}": ${codeOf(cause)}`, { cause });
  }
}
