import type { Program } from './program.ts';

/** distcc(1). */
export const distccProgram: Program = {
  name: 'distcc',
  summary: 'compile on a host of the list, or here when none can',
  usage: [
    '[COMPILER] OPTIONS…',
    '--ping [--json] [HOST…]',
    '--status [--json] [--watch]',
    '--stats [--json]',
    '--install-masquerade DIR',
    '--show-hosts | -j | --stop | --help | --version',
  ],
  description: [
    'Runs one compilation: preprocesses here, sends the text to a host of the list, and writes the object that comes back. What cannot run elsewhere (linking, preprocessing alone, options that depend on this machine) runs here.',
    'Without COMPILER, that is when the first word is an option or a source, it is `cc`. Called by a link with a compiler’s name, distcc finds the real one further down the PATH.',
    'The first distcc starts a broker, one small process for each user, which hands out the slots of all hosts and of this machine: nobody gets more jobs than the list allows, quick hosts get more than slow ones, and who waits is served in order. When a host is late and no job waits, a second host gets the same job and the first answer counts. Without a broker jobs still run, on hosts chosen by chance.',
    'The list may also hold `+zeroconf`, `+pattern:mydistcc%d` and `+srv:NAME`: the broker finds and vets those hosts in the background and keeps them fresh while jobs come.',
    'A host with `,tls` is reached over TLS alone: not a byte of a job goes to it before it has proved by a certificate of the farm that it is the host of that name, and it takes jobs only of those who prove the same. `,tls=NAME` says what its certificate must name instead.',
    'A host `USER@HOST` or `@HOST` is reached through ssh; `@HOST:COMMAND` says what is run there instead of `distccd`. The broker logs in to each once, without asking for a password, and all jobs share that connection: a distccd of ours serves them all, another one is started for each. Without the broker each job logs in by itself.',
    'Where hosts are not all trusted alike, DISTCC_AUDIT has a share of their objects compiled once more before they are used. Where two differ, the compiler here decides on the same text: its object is used, whoever made another one is left alone for a day, and a warning says where both are kept. An audit may compile here even with DISTCC_FALLBACK=0.',
    'The host list is DISTCC_HOSTS, else `$DISTCC_DIR/hosts`, else `/etc/distcc/hosts`. A job that no host could compile, and one whose compilation failed on a host, is run again here, so a farm that is down slows a build and does not break it. A host that failed is left alone for a while; then a test compile, not a job, decides whether it is good again.',
  ],
  options: [
    { flags: '--show-hosts', help: 'Print the host list, one a line' },
    { flags: '-j', help: 'Print how many jobs the list takes at once' },
    {
      flags: '--ping',
      help: 'Ask every host of the list for a test compile, all at once; exits 1 when one is not up',
      detail:
        'A line for each host: its entry, `up` or the verdict, address, milliseconds and reason, between tabs. With `--json`, an object a line. Hosts may be named behind it.',
    },
    {
      flags: '--status',
      help: 'Show what every job of this user is doing now',
      detail: 'With `--json`, as one object; with `--watch`, once a second until it is stopped.',
    },
    {
      flags: '--stats',
      help: 'Show what ran where and why since the broker started',
      detail:
        'With DISTCC_AUDIT also how many jobs were audited, whose objects were wrong, and where they are kept. With `--json`, as one object.',
    },
    {
      flags: '--install-masquerade <DIR>',
      help: 'Make a link to distcc in DIR for each compiler on the PATH',
      detail: 'With DIR first on the PATH, whoever calls a compiler by its name calls distcc.',
      value: 'file',
    },
    {
      flags: '--scan-includes',
      help: 'Known for the original’s sake: it is for pump mode, which this client does without, and exits 100',
    },
    { flags: '--stop', help: 'End this user’s broker; the next job starts another' },
    { flags: '--help', help: 'Show this text' },
    { flags: '--version', help: 'Show the version' },
  ],
  words: 'command',
  variables: [
    { term: 'DISTCC_HOSTS', help: 'the host list: red green:4200/3,lzo blue,tls localhost' },
    { term: 'DISTCC_DIR', help: 'where hosts and state are kept (~/.distcc)' },
    {
      term: 'DISTCC_SSH',
      help: 'the ssh of hosts with @, with its options (ssh); the broker takes what it was started with',
    },
    { term: 'DISTCC_FALLBACK=0', help: 'never compile here instead' },
    { term: 'DISTCC_SKIP_LOCAL_RETRY=1', help: 'believe a compile error of a host at once' },
    { term: 'DISTCC_CONNECT_TIMEOUT=SEC', help: 'the longest wait for a connection (4)' },
    {
      term: 'DISTCC_FIRST_BYTE_TIMEOUT=SEC',
      help: 'the longest wait for the first byte of an answer (DISTCC_IO_TIMEOUT)',
    },
    { term: 'DISTCC_IO_TIMEOUT=SEC', help: 'the longest silence of a host (300)' },
    { term: 'DISTCC_JOB_TIMEOUT=SEC', help: 'the longest that a job may be at one host (900)' },
    {
      term: 'DISTCC_MESSAGES=host',
      help: 'print a host’s messages as they are; else the compiler here says them in its own words',
    },
    {
      term: 'DISTCC_AUDIT=1%',
      help: 'the share of the jobs that is compiled once more, on another host or here, and compared before it is used (0%)',
    },
    { term: 'DISTCC_BROKER=0', help: 'do without the broker: hosts by chance, slots uncounted' },
    {
      term: 'DISTCC_BROKER_IDLE=SEC',
      help: 'how long a broker without jobs stays, where one starts (300)',
    },
    {
      term: 'DISTCC_BACKOFF_PERIOD=SEC',
      help: 'how long a host that failed is left alone at first; 0: not at all (60)',
    },
    {
      term: 'DISTCC_TLS_DIR',
      help: 'where `ca.pem`, `cert.pem`, `key.pem` and perhaps `revoked.pem` are (~/.distcc/tls, else /etc/distcc/tls)',
    },
    { term: 'DISTCC_TLS_PASSPHRASE_FILE', help: 'the file with the passphrase of `key.pem`' },
    { term: 'DISTCC_VERBOSE=1', help: 'say what is done' },
    { term: 'DISTCC_LOG=FILE', help: 'say it there, and not on standard error' },
  ],
  exits: [
    { term: '0 … 99', help: 'the compiler’s own exit code' },
    { term: '1', help: '`--ping`: a host is not up' },
    { term: '101', help: 'wrong usage' },
    { term: '106', help: '`-j`, `--show-hosts`: the host list cannot be read' },
    { term: '107', help: 'the object cannot be written' },
    { term: '110', help: 'no such compiler; with DISTCC_FALLBACK=0 also: no host may run it' },
    { term: '111', help: 'distcc was called in the compiler’s place by distcc' },
    {
      term: '116',
      help: '`-j`, `--show-hosts`: no hosts; with DISTCC_FALLBACK=0: none could be reached',
    },
    {
      term: '118',
      help: 'with DISTCC_FALLBACK=0: the compiler ran longer than the host’s `--job-lifetime`',
    },
    { term: '128 + N', help: 'the compiler was ended by signal N' },
  ],
  files: [
    { term: '~/.distcc/hosts', help: 'the host list of this user' },
    { term: '/etc/distcc/hosts', help: 'the host list of this machine' },
    { term: '~/.distcc/broker/', help: 'the broker’s socket and its log' },
    { term: '~/.distcc/backoff/', help: 'hosts that are left alone, shared with lsdistcc' },
    {
      term: '~/.distcc/audits/',
      help: 'the last 20 differences that audits found: both objects, the text and a report',
    },
    { term: '~/.distcc/tls-sessions/', help: 'tickets of hosts that proved themselves this hour' },
  ],
  examples: [
    'export DISTCC_HOSTS="$(lsdistcc \'mydistcc%d\')"',
    'make -j"$(distcc -j)" CC=\'distcc gcc\'',
    'distcc --ping && distcc --stats',
  ],
};
