import type { Verdict } from '../probing/index.ts';

/** What became of one host: the fields of `lsdistcc --format json`, `undefined` where unknown. */
export interface VettedHost {
  /** A name or an address, as the source has it. */
  readonly host: string;
  /** As DISTCC_HOSTS takes it: `red:4200/8,lzo`; one that is not `up` ends with `,down`. */
  readonly spec: string;
  /** The address that was asked. */
  readonly address: string | undefined;
  readonly port: number;
  /** Where it was found: `pattern:mydistcc%d`. */
  readonly source: string;
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
