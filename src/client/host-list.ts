import fs from 'node:fs';
import path from 'node:path';
import { HostSpecError } from '../errors/index.ts';
import { parseHostList } from '../hosts/index.ts';
import type { HostList } from '../hosts/index.ts';
import type { Settings } from './settings.ts';

/** The list of the whole machine, looked at last. */
const SYSTEM_HOSTS_FILE = '/etc/distcc/hosts';

/** A host list, as it is written and as it is read. */
export interface FoundList {
  readonly text: string;
  readonly list: HostList;
}

/**
 * The host list of this job: `$DISTCC_HOSTS`, else `$DISTCC_DIR/hosts`, else the machine's. The first
 * that exists is the list, even when it is empty (fact sheet 2.1).
 * @returns undefined when none exists
 * @throws {HostSpecError} when it cannot be read; the message says where it came from
 */
export function findHostList(settings: Settings): FoundList | undefined {
  if (settings.hostsText !== undefined) return parseFrom('$DISTCC_HOSTS', settings.hostsText);
  for (const file of [path.join(settings.folder, 'hosts'), SYSTEM_HOSTS_FILE]) {
    const text = readIfThere(file);
    if (text !== undefined) return parseFrom(file, text);
  }
  return undefined;
}

function parseFrom(origin: string, text: string): FoundList {
  try {
    return { text, list: parseHostList(text) };
  } catch (cause) {
    if (!(cause instanceof HostSpecError)) throw cause;
    throw new HostSpecError(`${origin}: ${cause.message}`, { cause });
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new HostSpecError(`Cannot read the host list "${file}"`, { cause });
  }
}
