import { formatSpec } from '../cli/render-rows.ts';
import type { DiscoverySource } from '../discovery/index.ts';
import { remedyOf } from '../probing/index.ts';
import type { Verdict } from '../probing/index.ts';
import { isUp } from '../vetting/index.ts';
import type { Row } from '../vetting/index.ts';

/** What became of one host: the fields of `lsdistcc --format json`, `undefined` where unknown. */
export interface VettedHost {
  /** A name or an address, as the source has it. */
  readonly host: string;
  /** As DISTCC_HOSTS takes it: `red:4200/8,lzo`; one that is not `up` ends with `,down`. */
  readonly spec: string;
  /** The address that was asked. */
  readonly address: string | undefined;
  readonly port: number;
  /** Where it was found. */
  readonly source: `${DiscoverySource}:${string}`;
  /** `up` is a host to build on; docs/verdicts.md has them all. */
  readonly verdict: Verdict;
  /** Why it is not `up`, in one line. */
  readonly reason: string | undefined;
  /** What to do about it, in one line. */
  readonly remedy: string | undefined;
  readonly dnsMs: number | undefined;
  readonly connectMs: number | undefined;
  /** From the request to the whole answer. */
  readonly compileMs: number | undefined;
  /** From the discovery of the host to its verdict. */
  readonly totalMs: number;
  /** Jobs at once, when the source says so. */
  readonly slots: number | undefined;
  /** How the compiler calls itself in the object. */
  readonly compiler: string | undefined;
  /** What the object is for: `x86_64`. */
  readonly target: string | undefined;
}

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
