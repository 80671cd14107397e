import { formatSpec } from '../cli/render-rows.ts';
import { remedyOf } from '../probing/index.ts';
import { isUp } from '../vetting/index.ts';
import type { Row } from '../vetting/index.ts';
import type { VettedHost } from './vetted-host.ts';

/**
 * A row of the vetting as the library's user sees it.
 * @param protocol - the one that was asked with: the spec names its options
 */
export function describeHost(row: Row, protocol: 1 | 2 | 3): VettedHost {
  const { candidate, verdict } = row;
  const spec = { slots: 'keep', protocol, isNumeric: false, hasLatency: false } as const;
  return {
    host: candidate.name,
    spec: formatSpec(row, { ...spec, hasDown: true }),
    address: row.address,
    port: candidate.port,
    source: `${candidate.source}:${candidate.sourceText}`,
    verdict,
    reason: row.reason,
    remedy: isUp(row) ? undefined : remedyOf(verdict),
    dnsMs: row.dnsMs,
    connectMs: row.connectMs,
    compileMs: row.compileMs,
    totalMs: row.totalMs,
    slots: candidate.spec?.limit,
    compiler: row.compiler,
    target: row.target,
  };
}
