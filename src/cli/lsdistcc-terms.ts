import type { Program } from './program.ts';

/** What lsdistcc(1) says apart from its options. */
export const lsdistccTerms = {
  summary: 'find the good machines of a distcc farm',
  usage: [
    '[options] [PATTERN | _SERVICE._PROTO.DOMAIN | HOST… | -]',
    'farm init | add | list | revoke | renew | request | approve …',
  ],
  description: [
    'Looks for the hosts of a distcc farm, asks all of them at once to compile a small source that nobody has seen before, checks the objects that come back, and prints the hosts that passed, as DISTCC_HOSTS takes them.',
    'A word with `%d` (`%02d`, `%5d`) is a pattern: its names are looked up from 1 on until one is missing. A word that begins with `_` is an SRV name of the DNS. `-` reads a host list from standard input. Any other word is a host. Several words are merged; one machine with several names is one host. Without a word it is the pattern `distcc%d`.',
    'Letters take their value attached or not: `-P2`, `-P 2`. Standard output carries the list and nothing else.',
    'With `--tls` only hosts are listed that prove by a certificate of the farm who they are. `lsdistcc farm` makes the authority of a farm and its certificates: see `lsdistcc farm list --help` and the page farm.md.',
    'A host that fails by its own fault is left alone: for a minute at first, then twice as long each time, for an hour at most. `distcc` and `lsdistcc` share what they know of that. When no host is found at all, for instance because the DNS is down, the hosts that were good when the same words were last vetted for the same compiler are vetted again.',
  ],
  variables: [
    {
      term: 'DISTCC_DIR',
      help: 'where the blacklist and the last good lists are kept (~/.distcc)',
    },
    {
      term: 'DISTCC_BACKOFF_PERIOD=SEC',
      help: 'how long a host is left alone at first; 0: no blacklist (60)',
    },
    {
      term: 'DISTCC_TLS_DIR',
      help: 'where this machine’s certificate is, and whom it believes: `ca.pem`, `cert.pem`, `key.pem` and perhaps `revoked.pem` (~/.distcc/tls, else /etc/distcc/tls)',
    },
    { term: 'DISTCC_TLS_PASSPHRASE_FILE', help: 'the file with the passphrase of `key.pem`' },
    { term: 'DISTCC_SSH', help: 'how hosts behind ssh are reached (ssh)' },
    { term: 'NO_COLOR', help: 'no colours in a table, unless it is empty' },
    { term: 'GITHUB_ENV', help: 'the file that `--format github` appends the variables to' },
    { term: 'GITHUB_STEP_SUMMARY', help: 'the file that `--format github` appends a table to' },
  ],
  exits: [
    { term: '0', help: 'at least `--min-hosts` hosts are good' },
    { term: '1', help: 'fewer are good' },
    { term: '2', help: 'wrong usage' },
    {
      term: '107',
      help: 'a hosts file or a file of `--tls` cannot be read, or FILE of `--write` or one of `--format github` not be written',
    },
    { term: '130, 143', help: 'interrupted by SIGINT, by SIGTERM' },
  ],
  files: [
    { term: '~/.distcc/backoff/', help: 'the blacklist, a file for each address' },
    { term: '~/.distcc/last-good/', help: 'the last good lists' },
    { term: '/etc/resolv.conf, /etc/hosts', help: 'how names are looked up' },
  ],
  examples: [
    "export DISTCC_HOSTS=$(lsdistcc 'mydistcc%d')",
    "lsdistcc -P2 --explain --format table 'mydistcc%d'",
    'lsdistcc --min-hosts 3 red green:4200/8 blue',
    'lsdistcc --mdns --target x86_64-linux-gnu/gcc-12 _distcc._tcp.example.com',
    "lsdistcc --watch 60 --write ~/.distcc/hosts 'mydistcc%d'",
  ],
} as const satisfies Partial<Program>;
