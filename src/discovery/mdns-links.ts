import dgram from 'node:dgram';
import { once } from 'node:events';
import os from 'node:os';
import type { MulticastDNS } from 'multicast-dns';

/** One interface to ask on, and where to. */
export interface Link {
  readonly type: 'udp4' | 'udp6';
  /** As setsockopt wants it: an IPv4 address, or `::%eth0`. */
  readonly interface?: string;
  /** What a link-local address found here needs behind it: `%eth0`. */
  readonly zone: string;
  readonly destination: { readonly address: string; readonly port: number };
}

/** A socket of our own on a link; its port is not mDNS's, so answers come straight back (RFC 6762, 6.7). */
export interface OpenLink extends Link {
  readonly mdns: MulticastDNS;
}

/** RFC 6762, section 3. */
const MDNS_PORT = 5353;
const GROUPS = { udp4: '224.0.0.251', udp6: 'ff02::fb' } as const;

/** Every interface of this machine, for IPv4 and for IPv6; the loopback one too. */
export function listLinks(interfaces = os.networkInterfaces()): Link[] {
  return Object.entries(interfaces).flatMap(([name, addresses = []]) => {
    const zone = `%${name}`;
    const [ipv4] = addresses.filter(({ family }) => family === 'IPv4');
    const [ipv6] = addresses.filter(({ family }) => family === 'IPv6');
    return [
      ...(ipv4 === undefined ? [] : [linkOf('udp4', ipv4.address, zone)]),
      ...(ipv6 === undefined ? [] : [linkOf('udp6', `::${zone}`, zone)]),
    ];
  });
}

function linkOf(type: Link['type'], address: string, zone: string): Link {
  const group = type === 'udp6' ? `${GROUPS.udp6}${zone}` : GROUPS.udp4;
  return { type, interface: address, zone, destination: { address: group, port: MDNS_PORT } };
}

/**
 * Open a link for asking.
 * @returns undefined when this interface cannot: a network without multicast is no error
 */
export async function openLink(link: Link): Promise<OpenLink | undefined> {
  const socket = dgram.createSocket({ type: link.type });
  socket.on('error', () => undefined);
  try {
    socket.bind(0);
    await once(socket, 'listening');
    if (link.interface !== undefined) {
      socket.setMulticastInterface(link.interface);
      socket.setMulticastTTL(255);
    }
    const { default: mdns } = await import('multicast-dns'); // large, and seldom wanted
    const made = mdns({ socket, bind: false, multicast: false });
    for (const event of ['error', 'warning']) made.on(event, () => undefined);
    return { ...link, mdns: made };
  } catch {
    socket.close();
    return undefined;
  }
}
