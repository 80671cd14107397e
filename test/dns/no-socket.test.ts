import dgram from 'node:dgram';
import test from 'ava';
import { never } from './make-resolver.ts';

/** What a kernel without IPv6 says, at once. */
const noIpv6 = Object.assign(new Error('bind EAFNOSUPPORT ::'), { code: 'EAFNOSUPPORT' });

/** As far as it is needed; there before it is looked for. */
const fakeBun = {
  udpSocket: () => {
    throw noIpv6;
  },
};
Object.assign(globalThis, { Bun: fakeBun });
dgram.Socket.prototype.bind = function () {
  this.emit('error', noIpv6);
  return this;
};
const { createResolver } = await import('../../src/dns/index.ts');

for (const [maker, maxInFlight] of [
  ['Bun', 2],
  ['Node', 129], // so many answers are too many for a socket of Bun's
] as const) {
  test(`resolve() says of every name that there is no socket of ${maker} to ask by`, async (t) => {
    const servers = ['::1', '::2'].map((address) => ({ address, port: 53 }));
    const nothing = { search: [], ndots: 1, hosts: new Map<string, readonly string[]>() };
    const resolver = createResolver({ servers, maxInFlight, timeoutMs: 30_000, ...nothing });
    const names = Array.from({ length: 2 * maxInFlight + 1 }, (_, index) => `h${index}`);
    const signal = never;
    const all = await Promise.all(names.map((name) => resolver.resolve(name, { signal })));
    const reason = 'EAFNOSUPPORT on the way to [::1]:53, EAFNOSUPPORT on the way to [::2]:53';
    for (const one of all) t.deepEqual(one, { kind: 'dns-failed', reason });
    resolver.close();
  });
}
