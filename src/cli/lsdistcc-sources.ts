import fs from 'node:fs';
import { text } from 'node:stream/consumers';
import { parsePattern } from '../discovery/index.ts';
import type { Wanted } from '../discovery/index.ts';
import { ArgumentError, HostSpecError, IoError } from '../errors/index.ts';
import { parseHostSpec } from '../hosts/index.ts';
import { codeOf } from '../net/index.ts';
import type { CommandLine } from './command-line.ts';

/** What is vetted when no word says what. */
const DEFAULT_PATTERN = 'distcc%d';

/**
 * Where the candidates of a command line come from. What a person typed is checked at once.
 * @throws {ArgumentError} on a word that is neither a pattern nor a host spec
 * @throws {IoError} when a hosts file cannot be read
 */
export async function readSources(line: CommandLine): Promise<Wanted[]> {
  const files = line.all('hosts-file').map(readHostsFile);
  const isDefault = line.words.length === 0 && files.length === 0;
  const words = isDefault ? [DEFAULT_PATTERN] : line.words;
  const patterns = words.filter((word) => word.includes('%d') || /%\d+d/.test(word));
  for (const pattern of patterns) parsePattern(pattern);
  const hosts = words.filter((word) => word !== '-' && !patterns.includes(word));
  for (const host of hosts) checkHost(host);
  const piped = words.includes('-') ? [await text(process.stdin)] : [];
  const lists = [...(hosts.length > 0 ? [hosts.join('\n')] : []), ...files, ...piped];
  return [
    ...patterns.map((word) => ({ source: 'pattern', word }) as const),
    ...lists.map((word) => ({ source: 'list', word }) as const),
  ];
}

function checkHost(word: string): void {
  try {
    parseHostSpec(word);
  } catch (cause) {
    if (!(cause instanceof HostSpecError)) throw cause;
    throw new ArgumentError(cause.message, { cause });
  }
}

function readHostsFile(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (cause) {
    throw new IoError(`Cannot read the hosts file "${file}": ${codeOf(cause)}`, { cause });
  }
}
