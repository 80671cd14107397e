import { questions } from '../../probes/index.ts';
import { sortOrders } from '../vetting/index.ts';
import { lsdistccTerms } from './lsdistcc-terms.ts';
import { formats } from './lsdistcc-settings.ts';
import { listChoices } from './program.ts';
import type { OptionRow, Program } from './program.ts';

const languages = Object.keys(questions);
const verifyModes = ['object', 'status'];
const colors = ['auto', 'always', 'never'];

const testCompile: readonly OptionRow[] = [
  { flags: '-p, --compiler <NAME>', help: 'Compiler of the test compile (gcc)', value: 'command' },
  {
    flags: '-P, --protocol <N>',
    help: 'Protocol of the test compile: 1, 2 (,lzo) or 3 (,lzo,cpp) (1)',
    value: ['1', '2', '3'],
  },
  {
    flags: '--target <TOOLCHAIN>',
    help: 'Want this toolchain: TRIPLE, TRIPLE/gcc-12, TRIPLE/clang>=15 (this machine’s)',
    detail:
      'The triple picks the compiler to ask for (`TRIPLE-gcc`; for clang `--target=TRIPLE`) and says what the object must be. What stands behind the slash must agree with what the object says of its compiler: `-12` or `=12` wants that version, `>=`, `<=`, `>` and `<` compare.',
  },
  {
    flags: '--match-local',
    help: 'The object’s code must equal what the compiler of this machine makes',
    detail:
      'The local compiler, the one of `-p` or `--target`, compiles the same test source; its version counts too.',
  },
  {
    flags: '--language <LANGUAGE>',
    help: `Language of the test compile: ${listChoices(languages)}`,
    value: languages,
  },
];

const discovery: readonly OptionRow[] = [
  { flags: '--srv <NAME>', help: 'Also take the hosts of an SRV name (repeatable)' },
  { flags: '--mdns', help: 'Also look for hosts by multicast DNS' },
  { flags: '--mdns-wait <MS>', help: 'How long multicast DNS is listened to (300)' },
  {
    flags: '--all-addresses',
    help: 'Take each address of a name for a host (the first that answers)',
  },
  {
    flags: '--ssh',
    help: 'Reach every host through ssh, as @HOST',
    detail:
      'The host’s key decides whether it is the right one: one that is unknown or has changed is `untrusted`. Login takes the `ssh` of DISTCC_SSH, asks nobody for a password, and has four times the limit of `-c`. An entry with `@` is reached so without this option.',
  },
  { flags: '-r, --port <PORT>', help: 'Port of hosts that name none (3632; 3634 for TLS)' },
  { flags: '--start <N>', help: 'First number of a pattern (1)' },
  { flags: '-g, --gap <N>', help: 'Missing names that a pattern tolerates (0)' },
  {
    flags: '--hosts-file <FILE>',
    help: 'Also take the hosts of FILE (repeatable)',
    value: 'file',
  },
  { flags: '--dns-server <ADDR[:PORT]>', help: 'Ask this DNS server (repeatable; the system’s)' },
  { flags: '-h, --dns-resend <MS>', help: 'Send a DNS question again after MS, at first (100)' },
  { flags: '-o, --dns-ahead <N>', help: 'DNS questions in flight at once (100)' },
  {
    flags: '-d, --append-domain',
    help: 'Append the DNS domain of this machine to names without one',
  },
];

const judging: readonly OptionRow[] = [
  {
    flags: '--tls',
    help: 'Only hosts that prove by a certificate that they belong to the farm',
    detail:
      'Every host is asked over TLS 1.3, whatever its source says of it; one that cannot prove who it is never gets a byte of a request and is not on the list. The list carries `,tls`. Hosts with `,tls` are asked so without this option as well. An entry with `@` proves itself to ssh instead.',
  },
  { flags: '-t, --timeout <SEC>', help: 'Limit of the whole run; 0 is none (7)' },
  { flags: '-c, --connect-timeout <MS>', help: 'Limit of a connection; 0 does not connect (900)' },
  {
    flags: '-k, --compile-timeout <MS>',
    help: 'Limit of the test compile; 0 only connects (1000)',
  },
  { flags: '-m, --network <BITS>', help: 'Only hosts in the network of the first, BITS long' },
  {
    flags: '--verify <WHAT>',
    help: 'Believe the object, or only the status (object)',
    detail: 'With `status` a host is good when it says that it compiled, whatever it sends back.',
    value: verifyModes,
  },
  { flags: '--repeat <N>', help: 'Ask each host N times, keep the median (1)' },
];

const listing: readonly OptionRow[] = [
  {
    flags: '--sort <ORDER>',
    help: listChoices(sortOrders),
    detail:
      '`found` is the order of the verdicts: each host is printed as soon as it passed. `source` keeps the order of the SRV priorities or of the list.',
    value: sortOrders,
  },
  {
    flags: '--slots <MODE>',
    help: '/N on each host: keep, auto, none or a number (keep)',
    detail:
      '`keep` prints what the source said; `auto` also counts 4 jobs for the fastest host and fewer for slower ones, where the source said nothing.',
    value: ['keep', 'auto', 'none'],
  },
  { flags: '--min-hosts <N>', help: 'Exit 1 when fewer are good (1)' },
  { flags: '--max-hosts <N>', help: 'Stop when N are good' },
  {
    flags: '--format <FORMAT>',
    help: listChoices(formats),
    detail:
      '`hosts`: the good hosts, one a line. `line`: all on one line. `json`: one document with every candidate, its verdict, reason, remedy and times in milliseconds. `ndjson`: the same, one object a line, each as soon as it is judged. `table`: for people. `env`: `export` lines for DISTCC_HOSTS and a fitting MAKEFLAGS. `github`: nothing is printed; both variables are appended to `$GITHUB_ENV`, and a table to `$GITHUB_STEP_SUMMARY`; not with `--watch` or `--write`.',
    value: formats,
  },
  {
    flags: '--color <WHEN>',
    help: 'Colours in a table: auto, always or never (auto)',
    value: colors,
  },
  {
    flags: '--watch <SEC>',
    help: 'Vet again every SEC seconds until stopped',
    detail:
      'The list is printed or written when it changed; one with fewer than `--min-hosts` is not. Hosts on the blacklist are asked too: their recovery is waited for. A file of `--hosts-file` counts as it is then.',
  },
  {
    flags: '--write <FILE>',
    help: 'Replace FILE by the list, whole, when the list changes',
    detail:
      'With fewer than `--min-hosts` good hosts FILE stays as it was. Where it is a link, what that leads to is replaced.',
    value: 'file',
  },
];

const memory: readonly OptionRow[] = [
  {
    flags: '--no-blacklist',
    help: 'Ask hosts that failed lately too, and forget how they answer',
  },
  { flags: '--blacklist', help: 'Print the hosts that are left alone, and why' },
  {
    flags: '--forgive <HOST>',
    help: 'Take a host off the blacklist, or all (repeatable)',
    detail: 'Of a host without a port it is all of its ports, unless `-r` names one.',
    value: 'host',
  },
  { flags: '--no-cache', help: 'Do not vet the last good list when no host is found' },
];

const output: readonly OptionRow[] = [
  { flags: '-n, --numeric', help: 'Print addresses instead of names' },
  { flags: '-l, --latency', help: 'Print milliseconds behind each host' },
  { flags: '-x, --down', help: 'Print the hosts that failed too, as ,down' },
  { flags: '--explain', help: 'Say of every host on standard error what it is and why' },
  { flags: '-v, --verbose', help: 'The same as --explain' },
  { flags: '--help', help: 'Show this text' },
  { flags: '--version', help: 'Show the version' },
];

/** lsdistcc(1). */
export const lsdistccProgram: Program = {
  name: 'lsdistcc',
  ...lsdistccTerms,
  options: [testCompile, discovery, judging, listing, memory, output].flat(),
  words: 'host',
};
