import { wantedOf } from '../discovery/index.ts';
import { parseHostSpec } from '../hosts/index.ts';
import type { HostSource, TcpHost } from '../hosts/index.ts';
import { isUp, vetFarm } from '../vetting/index.ts';
import type { Row } from '../vetting/index.ts';
import { parseCommandLine } from './command-line.ts';
import { lsdistccProgram } from './lsdistcc-program.ts';
import { readSettings } from './lsdistcc-settings.ts';
import { renderHost } from './render-rows.ts';
import { warn } from './warn.ts';

/**
 * The good hosts behind words of a host list, as `lsdistcc` without any option finds and vets them; each
 * as soon as it has proved itself, with its address for `host`. What goes wrong is told, not thrown.
 */
export async function* findGoodHosts(
  sources: readonly HostSource[],
  signal: AbortSignal,
): AsyncGenerator<TcpHost> {
  const settings = readSettings(parseCommandLine(lsdistccProgram, []));
  // A host that failed and is good again is what is looked for.
  const asking = { ...settings, asksBlacklisted: true };
  const options = { ...asking, env: process.env, onWarning: warn, signal };
  try {
    for await (const rows of vetFarm(sources.map(wantedOf), options)) {
      for (const row of rows) {
        const host = isUp(row) ? hostOf(row, renderHost(row, settings)) : undefined;
        if (host !== undefined) yield host;
      }
    }
  } catch (error) {
    if (!signal.aborted) warn(error instanceof Error ? error.message : String(error));
  }
}

/** The entry as a person would write it, at the address that was proved. */
function hostOf({ address }: Row, text: string): TcpHost | undefined {
  const host = parseHostSpec(text);
  return host.kind === 'tcp' && address !== undefined ? { ...host, host: address } : undefined;
}
