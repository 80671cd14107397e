import type { SshHost } from '../hosts/index.ts';
import type { Resolution, Resolver } from '../dns/index.ts';
import type { MdnsOptions } from './mdns.ts';
import type { AdvertisedToolchain } from './service-text.ts';

/** Where candidates come from; {@link discoverers} has one entry for each. */
export type DiscoverySource = 'pattern' | 'list' | 'srv' | 'mdns';

/** What a source knows of a host beyond its name; a field is absent where it does not know. */
export interface CandidateSpec {
  /** Jobs at once. */
  readonly limit?: number;
  readonly compression?: 'none' | 'lzo';
  readonly preprocessAt?: 'client' | 'server';
  /** Reached over TLS alone. */
  readonly isTls?: boolean;
  /** What its certificate must name instead of the candidate's own name. */
  readonly tlsName?: string;
}

/** A host found, not yet trusted. */
export interface Candidate {
  /** A name or an address, as the source has it; the `sshKey()` of a host behind ssh. */
  readonly name: string;
  /** 0 of a host behind ssh. */
  readonly port: number;
  /** Where it says it listens for TLS. */
  readonly tlsPort?: number;
  /** How it is reached, when that is by ssh. */
  readonly ssh?: SshHost;
  readonly source: DiscoverySource;
  /** The pattern or the word it came from. */
  readonly sourceText: string;
  /** Position in its source, from 0. */
  readonly order: number;
  readonly spec?: CandidateSpec;
  /** What it says its compiler is: a hint for people, never a proof. */
  readonly toolchain?: AdvertisedToolchain;
  /** What is known of its addresses already. */
  readonly resolution?: Resolution;
  /** How long that took, in milliseconds. */
  readonly dnsMs?: number;
}

/** Something the user should know; never a reason to stop. */
export interface DiscoveryWarning {
  readonly source: DiscoverySource;
  readonly sourceText: string;
  /** One line for a person. */
  readonly message: string;
  /** Whether the source failed and gives no more candidates. */
  readonly endsSource: boolean;
  readonly cause?: unknown;
}

/** What a source may use. */
export interface DiscoverOptions {
  readonly resolver: Pick<Resolver, 'resolve' | 'query'>;
  readonly signal: AbortSignal;
  readonly onWarning: (warning: DiscoveryWarning) => void;
  /** The port of a candidate whose source names none (3632). */
  readonly port?: number;
  /** The first number of a pattern (1). */
  readonly start?: number;
  /** Missing names a pattern tolerates (0). */
  readonly gap?: number;
  /** Where and how long multicast DNS is asked. */
  readonly mdns?: MdnsOptions;
}

/**
 * One way to find hosts: the candidates of one word as they become known, those together that are known
 * together.
 * @throws {DistccError} when the word makes no sense or the source cannot be asked
 * @throws the signal's reason when it aborts
 */
export type Discover = (
  word: string,
  options: DiscoverOptions,
) => AsyncGenerator<readonly Candidate[]>;
