import { parseHostList } from '../hosts/index.ts';
import type { HostList, HostSpec, SshHost, TcpHost } from '../hosts/index.ts';
import { sshKey } from '../ssh/index.ts';
import type { Route } from '../ssh/index.ts';
import type { Option } from './choose.ts';
import type { FoundFarms } from './found-farms.ts';
import type { Gate } from './gate.ts';
import type { Names } from './names.ts';
import type { Machines } from './pool.ts';

/** Where a job may go. */
export interface Place extends Option {
  /** The host list's entry; undefined for this machine itself. */
  readonly text: string | undefined;
  /** How ssh leads there. */
  readonly route?: Route;
}

/** What there is for a job now, and whether more may be known soon. */
export interface Places {
  readonly places: readonly Place[];
  readonly isPending: boolean;
}

/** Hosts that are found while jobs run: `+zeroconf` and its like. */
export interface FoundHosts {
  /** Those that are good now; a good host has an address already. */
  readonly hosts: readonly TcpHost[];
  readonly isPending: boolean;
}

/** The ways to hosts behind ssh. */
export interface Routes {
  /** @returns undefined when there is none now */
  find(host: SshHost): Route | 'pending' | undefined;
}

/** What every list shares. */
export interface FarmParts {
  readonly routes: Routes;
  readonly machines: Machines;
  readonly names: Names;
  readonly gate: Gate;
  readonly found: FoundFarms;
}

/** One host list, with what is known of its hosts. */
export class Farm {
  readonly list: HostList;
  readonly #parts: FarmParts;

  /** @throws {HostSpecError} when the text is no host list */
  constructor(text: string, parts: FarmParts) {
    this.list = parseHostList(text);
    this.#parts = parts;
  }

  /** Why a job that no host has tried gets none. */
  get whyNone(): string {
    const { hosts, sources } = this.list;
    return hosts.length === 0 && sources.length === 0
      ? 'no hosts in $DISTCC_HOSTS or a hosts file'
      : 'no host of the list is good';
  }

  /** @param compiler - the job's, for a host that has to prove itself again */
  places(compiler: string): Places {
    const { sources } = this.list;
    const found = this.#parts.found.find(sources);
    const each = [...this.list.hosts, ...found.hosts].map((host) => this.#place(host, compiler));
    const places = each
      .filter((place) => place !== 'pending')
      .filter((place) => place !== undefined);
    const isPending = found.isPending || each.includes('pending');
    return {
      places,
      isPending: isPending || (places.length === 0 && this.#parts.found.retry(sources)),
    };
  }

  #place(host: HostSpec, compiler: string): Place | 'pending' | undefined {
    const { machines } = this.#parts;
    if (host.kind === 'local') {
      return { machine: machines.at('', 0, 'localhost'), limit: host.limit, text: undefined };
    }
    if (host.isDown) return undefined;
    if (host.kind === 'ssh') return this.#placeBehindSsh(host, compiler);
    const address = this.#address(host, compiler);
    if (address === undefined || address === 'pending') return address;
    const { limit, port, text } = host;
    const machine = machines.at(address, port, nameOf(host));
    machine.tlsName = tlsNameOf(host);
    return { machine, limit, text };
  }

  /** ssh knows names, addresses and ports by itself. */
  #placeBehindSsh(host: SshHost, compiler: string): Place | 'pending' | undefined {
    const { machines, gate, routes } = this.#parts;
    const key = sshKey(host);
    const state = gate.state({ address: key, port: 0 }, compiler);
    if (state !== 'open') return state === 'checking' ? 'pending' : undefined;
    const route = routes.find(host);
    if (route === undefined || route === 'pending') return route;
    const name = `${host.user ?? ''}@${host.host}`;
    return { machine: machines.at(key, 0, name), limit: host.limit, text: host.text, route };
  }

  /** A name with many addresses is one host: the first that works. */
  #address(host: TcpHost, compiler: string): string | undefined {
    const { port } = host;
    const tlsName = tlsNameOf(host);
    const addresses = this.#parts.names.find(host.host);
    if (addresses === 'pending') return addresses;
    const states = addresses.map((address) =>
      this.#parts.gate.state({ address, port, tlsName }, compiler),
    );
    const open = states.indexOf('open');
    if (open !== -1) return addresses[open];
    return states.includes('checking') ? 'pending' : undefined;
  }
}

/** What the host's certificate must name, if it needs one. */
function tlsNameOf({ isTls, tlsName, host }: TcpHost): string | undefined {
  return isTls ? (tlsName ?? host) : undefined;
}

/** The entry without its options, as distccmon-text shows it. */
function nameOf({ text }: TcpHost): string {
  return text.split(/[/,]/)[0] ?? text;
}
