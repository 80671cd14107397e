/** distccd's port (distcc(1), HOST SPECIFICATIONS). */
export const DEFAULT_PORT = 3632;

/** Where our distccd listens for TLS: an entry with `,tls` that names no port means this one. */
export const DEFAULT_TLS_PORT = 3634;

/** Jobs at once on a host whose entry names no limit. */
export const DEFAULT_LIMIT = 4;

/** Jobs at once for the bare word `localhost`. */
export const DEFAULT_LOCALHOST_LIMIT = 2;

/** Jobs at once that can only run here, when the list has no `--localslots`. */
export const DEFAULT_LOCAL_SLOTS = 4;

/** Preprocessors at once, when the list has no `--localslots_cpp`. */
export const DEFAULT_LOCAL_CPP_SLOTS = 8;

/** `localhost`, `localhost/5`: compile in place, without a daemon. */
export interface LocalHost {
  readonly kind: 'local';
  /** Jobs at once, 1 or more. */
  readonly limit: number;
  /** The entry as it was written. */
  readonly text: string;
}

/** What an entry for another machine says, however that machine is reached. */
interface RemoteHostFields {
  /** A name or an address, IPv6 without its brackets: `fe80::1%eth0`. */
  readonly host: string;
  /** Jobs at once, 1 or more. */
  readonly limit: number;
  /** Whether the entry names its limit. */
  readonly isLimitGiven: boolean;
  readonly compression: 'none' | 'lzo';
  /** `'server'` is pump mode, and always compressed. */
  readonly preprocessAt: 'client' | 'server';
  /** `,down`: stays in the list and gets no job. */
  readonly isDown: boolean;
  /** The entry as it was written. */
  readonly text: string;
}

/** `red:4200/3,lzo`: a distccd that listens. */
export interface TcpHost extends RemoteHostFields {
  readonly kind: 'tcp';
  /** 1 to 65535. */
  readonly port: number;
  /** `,tls`: only over TLS, both sides with a certificate of the farm. */
  readonly isTls: boolean;
  /** `,tls=NAME`: what its certificate must name instead of `host`; only with `isTls`. */
  readonly tlsName?: string;
}

/** `user@red/3:/usr/bin/distccd,lzo`: a distccd started through ssh. */
export interface SshHost extends RemoteHostFields {
  readonly kind: 'ssh';
  readonly user?: string;
  /** What to run there instead of `distccd`. */
  readonly command?: string;
}

/** An entry that names another machine. */
export type RemoteHost = TcpHost | SshHost;

/** One entry of DISTCC_HOSTS. */
export type HostSpec = LocalHost | RemoteHost;

/** The port of an entry that names none. */
export function defaultPort({ isTls }: Pick<TcpHost, 'isTls'>): number {
  return isTls ? DEFAULT_TLS_PORT : DEFAULT_PORT;
}

/**
 * The protocol an entry asks for: plain, compressed, or compressed and preprocessed at the server.
 * @param host - `cpp` without `lzo` cannot be written, so there is no fourth case (fact sheet 1.3)
 */
export function protocolVersion(host: RemoteHost): 1 | 2 | 3 {
  if (host.compression === 'none') return 1;
  return host.preprocessAt === 'client' ? 2 : 3;
}
