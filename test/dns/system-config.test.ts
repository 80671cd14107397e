import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import { parseHosts, parseResolvConf, readSystemConfig } from '../../src/dns/index.ts';

const local = { address: '127.0.0.1', port: 53 };

test('parseResolvConf() reads servers, search and ndots', (t) => {
  const text = [
    '# nameserver 10.9.9.9',
    '; nameserver 10.9.9.9',
    'nameserver 10.0.0.1',
    'nameserver\tFE80::1%eth0   # trailing words are not read',
    'search lab.example. corp.example',
    'options timeout:1 ndots:5 rotate',
    'sortlist 10.0.0.0',
  ].join('\r\n');
  t.deepEqual(parseResolvConf(text), {
    servers: [
      { address: '10.0.0.1', port: 53 },
      { address: 'fe80::1%eth0', port: 53 },
    ],
    search: ['lab.example', 'corp.example'],
    ndots: 5,
  });
});

test('parseResolvConf() of nothing asks this machine', (t) => {
  t.deepEqual(parseResolvConf(''), { servers: [local], search: [], ndots: 1 });
});

test('parseResolvConf() takes the last of search and domain', (t) => {
  t.deepEqual(parseResolvConf('search a.example b.example\ndomain c.example').search, [
    'c.example',
  ]);
  t.deepEqual(parseResolvConf('domain c.example\nsearch a.example').search, ['a.example']);
});

test("parseResolvConf() falls back on the domain of the host's own name", (t) => {
  t.deepEqual(parseResolvConf('', 'red.lab.example').search, ['lab.example']);
  t.deepEqual(parseResolvConf('', 'red').search, []);
  t.deepEqual(parseResolvConf('search a.example', 'red.lab.example').search, ['a.example']);
});

test('parseResolvConf() passes over wrong servers, a fourth server and a wrong ndots', (t) => {
  const text = 'nameserver x\nnameserver\nnameserver 10.0.0.1:54\noptions ndots:x ndots:99';
  t.deepEqual(parseResolvConf(text), { servers: [local], search: [], ndots: 15 });
  const four = ['1', '2', '3', '4'].map((last) => `nameserver 10.0.0.${last}`).join('\n');
  t.is(parseResolvConf(four).servers.length, 3);
});

test('parseHosts() merges lines of one name, in lower case, IPv4 first', (t) => {
  const text = [
    '127.0.0.1 localhost',
    '::1 localhost ip6-localhost # comment',
    '# 10.9.9.9 blue',
    'fe80::7%eth0 blue',
    '  10.0.0.7\tBLUE blue.lab.example.',
    'not-an-address green',
    '10.0.0.8',
  ].join('\n');
  t.deepEqual(
    [...parseHosts(text)],
    [
      ['localhost', ['127.0.0.1', '::1']],
      ['ip6-localhost', ['::1']],
      ['blue', ['10.0.0.7', 'fe80::7%eth0']],
      ['blue.lab.example', ['10.0.0.7']],
    ],
  );
});

test('readSystemConfig() reads both files', async (t) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'dns-config-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const files = { resolvConf: path.join(folder, 'resolv.conf'), hosts: path.join(folder, 'hosts') };
  await writeFile(files.resolvConf, 'nameserver 127.0.0.9\nsearch lab.example\n');
  await writeFile(files.hosts, '127.0.0.5 red\n');
  t.deepEqual(await readSystemConfig({ ...files, interfaces: {} }), {
    servers: [{ address: '127.0.0.9', port: 53 }],
    search: ['lab.example'],
    ndots: 1,
    hosts: new Map([['red', ['127.0.0.5']]]),
    isIpv6Only: false,
  });
});

test('readSystemConfig() takes a file that is not there as empty', async (t) => {
  const nowhere = { resolvConf: '/nonexistent/resolv.conf', hosts: '/nonexistent/hosts' };
  t.deepEqual(await readSystemConfig({ ...nowhere, hostname: 'vm', interfaces: {} }), {
    servers: [local],
    search: [],
    ndots: 1,
    hosts: new Map(),
    isIpv6Only: false,
  });
});

for (const [addresses, isIpv6Only] of [
  [[], false],
  [['10.0.0.7'], false],
  [['fe80::7'], false],
  [['fd00::7'], true],
  [['fe80::7', '2001:db8::7'], true],
  [['2001:db8::7', '10.0.0.7'], false],
] as const) {
  test(`readSystemConfig() asks for ${isIpv6Only ? 'IPv6' : 'IPv4'} first on a machine with ${addresses.join(', ') || 'no address'}`, async (t) => {
    const infoOf = (address: string, internal: boolean): os.NetworkInterfaceInfo => ({
      ...{ address, internal, mac: '', netmask: '', cidr: null },
      ...(address.includes(':') ? { family: 'IPv6', scopeid: 0 } : { family: 'IPv4' }),
    });
    const lo = ['127.0.0.1', '::1'].map((address) => infoOf(address, true));
    const interfaces = { lo, eth0: addresses.map((address) => infoOf(address, false)) };
    t.like(await readSystemConfig({ interfaces }), { isIpv6Only });
  });
}
