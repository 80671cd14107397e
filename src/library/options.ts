import type { Language } from '../../probes/index.ts';
import { MDNS_WAIT_MS } from '../discovery/index.ts';
import { PROBE_COMPILE_TIMEOUT_MS, PROBE_CONNECT_TIMEOUT_MS } from '../probing/index.ts';

/** How `vet` asks. Every field may be left out; {@link vetDefaults} has what then holds. */
export interface VetOptions {
  /** Ends the vetting: the loop throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told of a source that failed or an entry that makes no sense; else Node prints a warning. */
  readonly onWarning?: (message: string) => void;
  /** The compiler's name to ask for (`gcc`, or what `target` says). */
  readonly compiler?: string;
  /** The toolchain that is wanted: `aarch64-linux-gnu/gcc-12` (this machine's). */
  readonly target?: string;
  /** The object's code must equal what the compiler of this machine makes. */
  readonly matchesLocal?: boolean;
  readonly language?: Language;
  /** Believe the object that comes back, or only the status of the answer. */
  readonly verify?: 'object' | 'status';
  /** 1 is plain, 2 compresses (`,lzo`), 3 preprocesses at the host (`,lzo,cpp`). */
  readonly protocol?: 1 | 2 | 3;
  /** The port of hosts that name none. */
  readonly port?: number;
  /** The first number of a pattern. */
  readonly start?: number;
  /** Missing names that a pattern tolerates. */
  readonly gap?: number;
  /** Also look for hosts by multicast DNS. */
  readonly usesMdns?: boolean;
  /** How long multicast DNS is listened to. */
  readonly mdnsWaitMs?: number;
  /** DNS servers, `ADDRESS` or `ADDRESS:PORT` (the system's). */
  readonly nameServers?: readonly string[];
  /** Take each address of a name for a host. */
  readonly allAddresses?: boolean;
  /** Limit of the whole run; 0 is none. */
  readonly totalTimeoutMs?: number;
  /** Limit of a connection; 0 does not connect. */
  readonly connectTimeoutMs?: number;
  /** Limit of the test compile; 0 only connects. */
  readonly compileTimeoutMs?: number;
  /** Only hosts in the network of the first, of so many bits; 0 is no limit. */
  readonly networkBits?: number;
  /** Ask each host so often, keep the median. */
  readonly repeat?: number;
  /** Leave hosts that failed lately alone, and note how each answers, in `$DISTCC_DIR`. */
  readonly usesBlacklist?: boolean;
  /** Vet the last good list, kept in `$DISTCC_DIR`, when the sources give no host at all. */
  readonly usesCache?: boolean;
}

/** The defaults of `lsdistcc`. */
export const vetDefaults = {
  matchesLocal: false,
  language: 'c',
  verify: 'object',
  protocol: 1,
  port: 3632,
  start: 1,
  gap: 0,
  usesMdns: false,
  mdnsWaitMs: MDNS_WAIT_MS,
  nameServers: [],
  allAddresses: false,
  totalTimeoutMs: 7000,
  connectTimeoutMs: PROBE_CONNECT_TIMEOUT_MS,
  compileTimeoutMs: PROBE_COMPILE_TIMEOUT_MS,
  networkBits: 0,
  repeat: 1,
  usesBlacklist: true,
  usesCache: true,
} as const satisfies VetOptions;
