import test from 'ava';
import { HostSpecError } from '../../src/errors/index.ts';
import { parseHostSpec, protocolVersion } from '../../src/hosts/index.ts';
import type { HostSpec, SshHost, TcpHost } from '../../src/hosts/index.ts';

function tcp(text: string, fields: Partial<TcpHost>): TcpHost {
  const { limit = 4, isLimitGiven = limit !== 4 } = fields;
  return {
    kind: 'tcp',
    host: 'h',
    port: 3632,
    isTls: false,
    compression: 'none',
    preprocessAt: 'client',
    isDown: false,
    ...fields,
    limit,
    isLimitGiven,
    text,
  };
}

function ssh(text: string, fields: Partial<SshHost>): SshHost {
  const { limit = 4, isLimitGiven = limit !== 4 } = fields;
  return {
    kind: 'ssh',
    host: 'h',
    compression: 'none',
    preprocessAt: 'client',
    isDown: false,
    ...fields,
    limit,
    isLimitGiven,
    text,
  };
}

const reads = test.macro({
  exec(t, text: string, wanted: HostSpec) {
    t.deepEqual(parseHostSpec(text), wanted);
  },
  title: (_, text: string) => `parseHostSpec() reads ${text}`,
});

const rejects = test.macro({
  exec(t, text: string, reason: string) {
    const message = `Cannot read the host "${text}": ${reason}`;
    const error = t.throws(() => parseHostSpec(text), { instanceOf: HostSpecError, message });
    t.is(error.exitCode, 106);
  },
  title: (_, text: string) => `parseHostSpec() rejects "${text}"`,
});

test(reads, 'localhost', { kind: 'local', limit: 2, text: 'localhost' });
test(reads, 'localhost/5', { kind: 'local', limit: 5, text: 'localhost/5' });

const tcpEntries: Record<string, Partial<TcpHost>> = {
  h: {},
  'localhost:3632': { host: 'localhost' },
  'localhost,lzo': { host: 'localhost', compression: 'lzo' },
  LOCALHOST: { host: 'LOCALHOST' },
  localhostx: { host: 'localhostx' },
  'a=9': { host: 'a=9' },
  'h:4200': { port: 4200 },
  'h:1': { port: 1 },
  'h:65535': { port: 65_535 },
  '10.0.0.1': { host: '10.0.0.1' },
  '[::1]': { host: '::1' },
  '[::1]:3633': { host: '::1', port: 3633 },
  '[::1]/3:4200': { host: '::1', port: 4200, limit: 3 },
  '[fe80::1%eth0]:3632/2,lzo': { host: 'fe80::1%eth0', limit: 2, compression: 'lzo' },
  'h/9': { limit: 9 },
  'h/4': { limit: 4, isLimitGiven: true },
  'h:1/9': { port: 1, limit: 9 },
  'h/9:1': { port: 1, limit: 9 },
  'h/9:1/3': { port: 1, limit: 3 },
  'h,lzo': { compression: 'lzo' },
  'h,lzo,lzo': { compression: 'lzo' },
  'h,lzo,cpp': { compression: 'lzo', preprocessAt: 'server' },
  'h,cpp,lzo': { compression: 'lzo', preprocessAt: 'server' },
  'h,down': { isDown: true },
  'h,tls': { port: 3634, isTls: true },
  'h:3632,tls': { isTls: true },
  'h/3,lzo,tls,down': { port: 3634, limit: 3, isTls: true, compression: 'lzo', isDown: true },
  'localhost,tls': { host: 'localhost', port: 3634, isTls: true },
  '10.0.0.7,tls=red.local': {
    host: '10.0.0.7',
    port: 3634,
    isTls: true,
    tlsName: 'red.local',
  },
  'h,tls=::1': { port: 3634, isTls: true, tlsName: '::1' },
  'h:4200/3,lzo,cpp,down': {
    port: 4200,
    limit: 3,
    compression: 'lzo',
    preprocessAt: 'server',
    isDown: true,
  },
};
for (const [text, fields] of Object.entries(tcpEntries)) test(reads, text, tcp(text, fields));

const sshEntries: Record<string, Partial<SshHost>> = {
  '@h': {},
  'u@h': { user: 'u' },
  'u@[::1]': { user: 'u', host: '::1' },
  'u@h:1': { user: 'u', command: '1' },
  'u@h/3': { user: 'u', limit: 3 },
  'u@h/3:/path/distccd,lzo': {
    user: 'u',
    limit: 3,
    command: '/path/distccd',
    compression: 'lzo',
  },
  'u@h:/opt/x@2:y/d,down': { user: 'u', command: '/opt/x@2:y/d', isDown: true },
  '@h,lzo,cpp': { compression: 'lzo', preprocessAt: 'server' },
};
for (const [text, fields] of Object.entries(sshEntries)) test(reads, text, ssh(text, fields));

const PORT = 'is not a number from 1 to 65535';
const wrongEntries: Record<string, string> = {
  '': 'the name of a host is missing',
  'a:99999': `port "99999" ${PORT}`,
  'a:65536': `port "65536" ${PORT}`,
  'a:0': `port "0" ${PORT}`,
  'a:-1': `port "-1" ${PORT}`,
  'a:1x': `port "1x" ${PORT}`,
  'a:': `port "" ${PORT}`,
  'a/3:': `port "" ${PORT}`,
  '[::1]:4294967297': `port "4294967297" ${PORT}`,
  'a/0': 'limit "0" is not a number from 1',
  'a/-3': 'limit "-3" is not a number from 1',
  'a/x': 'limit "x" is not a number from 1',
  'a/3x': 'limit "3x" is not a number from 1',
  'a/': 'limit "" is not a number from 1',
  'localhost/0': 'limit "0" is not a number from 1',
  'localhost/': 'limit "" is not a number from 1',
  'localhost/2,lzo': 'limit "2,lzo" is not a number from 1',
  'u@h/0': 'limit "0" is not a number from 1',
  'a/3/4': '"/3/4" cannot follow the name of the host',
  'a/3,lzo/4': 'option "lzo/4" is none of lzo, cpp, tls, down',
  'a,lzox': 'option "lzox" is none of lzo, cpp, tls, down',
  'a,LZO': 'option "LZO" is none of lzo, cpp, tls, down',
  'a,tls=': '"" is no name of a certificate',
  'a,tls=$x': '"$x" is no name of a certificate',
  'u@a,tls': 'option tls is not for hosts behind ssh',
  'a,': 'a comma without an option',
  'a,lzo,': 'a comma without an option',
  'a,,lzo': 'a comma without an option',
  'a,cpp': 'option cpp needs option lzo',
  '::1': 'an IPv6 address is written in brackets',
  'fe80::1%lo': 'an IPv6 address is written in brackets',
  'fe80::1%lo/3': 'an IPv6 address is written in brackets',
  '[::1': '"]" is missing',
  '[]': 'the name of a host is missing',
  '[::1]x': '"x" cannot follow the name of the host',
  '@': 'the name of a host is missing',
  'u@': 'the name of a host is missing',
  'u@/3': 'the name of a host is missing',
  'u@h:': '":" cannot follow the name of the host',
  'u/3@h': '"u/3" is not a user name',
  'a,lzo@h': '"a,lzo" is not a user name',
  ':': 'the name of a host is missing',
  ':4200': 'the name of a host is missing',
  ',lzo': 'the name of a host is missing',
  '/3': 'the name of a host is missing',
  'a b': '" b" cannot follow the name of the host',
  '-oProxyCommand=x': 'the name of a host does not start with "-"',
  'u@-oProxyCommand=x': 'the name of a host does not start with "-"',
  '-oProxyCommand=x@h': '"-oProxyCommand=x" is not a user name',
};
for (const [text, reason] of Object.entries(wrongEntries)) test(rejects, text, reason);

test('protocolVersion() follows the options of the entry', (t) => {
  const versions = ['h', 'h,lzo', 'h,lzo,cpp', '@h', '@h,cpp,lzo'].map((text) => {
    const spec = parseHostSpec(text);
    return spec.kind === 'local' ? undefined : protocolVersion(spec);
  });
  t.deepEqual(versions, [1, 2, 3, 1, 3]);
});
