import net from 'node:net';
import { ArgumentError } from '../errors/index.ts';
import { canonicalAddress } from '../net/index.ts';
import type { MachineWords } from './certificates.ts';

/** What certificates may name: no blank, no slash, no comma, nothing that begins a hidden file. */
const NAME = /^\w[\w.-]{0,62}$/;

/**
 * Check what a machine is to be called, whoever says so: a person, or a request of somebody unknown.
 * @throws {ArgumentError} when there is no name at all, or one is no name
 */
export function checkWords({ names, client }: MachineWords): MachineWords {
  const all = [...names, ...(client === undefined ? [] : [client])];
  if (all.length === 0) {
    throw new ArgumentError('No name: want the names and addresses of a server, or --client NAME');
  }
  for (const name of names) {
    if (net.isIP(name) === 0 && !isDnsName(name)) throw wrong(name);
  }
  if (client !== undefined && !NAME.test(client)) throw wrong(client);
  return { names: names.map(plainForm), ...(client !== undefined && { client }) };
}

/** One form for each address: certificates write IPv6 out, people do not. An interface is none of a name. */
export function plainForm(name: string): string {
  return net.isIPv6(name) ? canonicalAddress(name.replace(/%.*$/, '')) : name;
}

function isDnsName(name: string): boolean {
  return name.length <= 253 && name.split('.').every((label) => NAME.test(label));
}

function wrong(name: string): ArgumentError {
  return new ArgumentError(`Cannot certify "${name}": want a host's name or an address`);
}
