/** A DNS server: an IPv4 or IPv6 literal (a link-local one with its zone) and a port. */
export interface NameServer {
  readonly address: string;
  readonly port: number;
}

/** What is asked. */
export interface Question {
  /** A full name of printable ASCII, its labels 1 to 63 bytes long. */
  readonly name: string;
  readonly type: RecordType;
}

/** What became of one name. `dns-timeout` and `dns-failed` say nothing about whether it exists. */
export type Resolution =
  | {
      readonly kind: 'addresses';
      /** IPv4 first, then IPv6; never empty; a link-local address keeps its zone. */
      readonly addresses: readonly string[];
    }
  | { readonly kind: 'no-such-name' }
  | Unknown;

/** The servers did not say: no answer in time, or an answer that is no answer. */
export type Unknown =
  | { readonly kind: 'dns-timeout' }
  | {
      readonly kind: 'dns-failed';
      /** Who said what: `SERVFAIL from 127.0.0.1:53`. */
      readonly reason: string;
    };

/** Where a service is (RFC 2782). */
export interface SrvData {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  /** Without its last dot; empty when the service is decidedly not there. */
  readonly target: string;
}

/** The record types this resolver reads, and what each holds. */
export interface RecordData {
  readonly A: string;
  readonly AAAA: string;
  readonly CNAME: string;
  readonly PTR: string;
  readonly SRV: SrvData;
  /** One string for each `key=value` of RFC 6763, section 6. */
  readonly TXT: readonly string[];
}

/** One of the types of {@link RecordData}. */
export type RecordType = keyof RecordData;

/** One record of a type. */
export interface RecordOf<T extends RecordType> {
  /** As the server wrote it, without its last dot. */
  readonly name: string;
  readonly type: T;
  readonly ttlSeconds: number;
  readonly data: RecordData[T];
}

/** Any record. */
export type DnsRecord = { [T in RecordType]: RecordOf<T> }[RecordType];

/** What became of one query. `no-data`: the name exists, but has no record of the type. */
export type Answer<T extends RecordType> =
  | {
      readonly kind: 'records';
      /** Never empty; CNAMEs have been followed. */
      readonly records: readonly RecordOf<T>[];
      /** What the server sent along, such as the addresses of an SRV record's target. */
      readonly additionals: readonly DnsRecord[];
    }
  | { readonly kind: 'no-data' }
  | { readonly kind: 'no-such-name' }
  | Unknown;

/** How a name is waited for. */
export interface ResolveOptions {
  readonly signal: AbortSignal;
  /**
   * Ask over TCP too: over UDP some servers leave records out without a word (Consul gives 3). It costs two
   * round trips, and 500 ms where TCP is blocked.
   */
  readonly wantsAll?: boolean | undefined;
}

/** Names to addresses. */
export interface Resolver {
  /**
   * The addresses of a name. Literals, /etc/hosts and `localhost` cost no question; otherwise A is
   * asked, and AAAA only of a name that has no A record: 400 hosts cost 400 questions. On a machine
   * without IPv4 it is the other way round.
   * @param name - a host name, with or without a dot, or an IPv4 or IPv6 literal
   * @throws the signal's reason when it aborts; {IoError} once the resolver is closed
   */
  resolve(name: string, options: ResolveOptions): Promise<Resolution>;
  /** The records of one type, by the same rules for a name without dots; /etc/hosts is not read. */
  query<T extends RecordType>(name: string, type: T, options: ResolveOptions): Promise<Answer<T>>;
  /** Ends every wait with an {IoError}, and keeps no socket. */
  close(): void;
}

/** What the system's files say (resolv.conf(5), hosts(5)). */
export interface SystemConfig {
  /** In the order they are asked; at least one. */
  readonly servers: readonly NameServer[];
  /** Domains to try after a name that has few dots. */
  readonly search: readonly string[];
  /** A name with at least so many dots is tried as it is first. */
  readonly ndots: number;
  /** By name in lower case; what hosts(5) knows is not asked. */
  readonly hosts: ReadonlyMap<string, readonly string[]>;
  /** This machine has no IPv4 address: AAAA is asked first, and A only of a name that has none. */
  readonly isIpv6Only?: boolean;
}

/** How a resolver asks. */
export interface ResolverOptions extends SystemConfig {
  /** Before a server's round trip is known, a question is sent again after so long (100). */
  readonly firstResendMs?: number;
  /** No question is sent again sooner (20). */
  readonly floorMs?: number;
  /** For one name, all its questions together, from the moment the first is sent (3000). */
  readonly timeoutMs?: number;
  /** Questions waiting for an answer at once (100): above 200 receive buffers drop replies. */
  readonly maxInFlight?: number;
}
