import type { Program } from './program.ts';

/** distcc(1). */
export const distccProgram: Program = {
  name: 'distcc',
  summary: 'compile on a host of the list, or here when none can',
  usage: ['[COMPILER] OPTIONS…', '--show-hosts | -j | --help | --version'],
  description: [
    'Runs one compilation: preprocesses here, sends the text to a host of the list, and writes the object that comes back. What cannot run elsewhere (linking, preprocessing alone, options that depend on this machine) runs here.',
    'Without COMPILER, that is when the first word is an option or a source, it is `cc`. Called by a link with a compiler’s name, distcc finds the real one further down the PATH.',
    'The host list is DISTCC_HOSTS, else `$DISTCC_DIR/hosts`, else `/etc/distcc/hosts`. A job that no host could compile, and one whose compilation failed on a host, is run again here, so a farm that is down slows a build and does not break it. A host that failed is left alone for a while; then a test compile, not a job, decides whether it is good again.',
  ],
  options: [
    { flags: '--show-hosts', help: 'Print the host list, one a line' },
    { flags: '-j', help: 'Print how many jobs the list takes at once' },
    { flags: '--help', help: 'Show this text' },
    { flags: '--version', help: 'Show the version' },
  ],
  words: 'command',
  variables: [
    { term: 'DISTCC_HOSTS', help: 'the host list: red green:4200/3,lzo localhost' },
    { term: 'DISTCC_DIR', help: 'where hosts and state are kept (~/.distcc)' },
    { term: 'DISTCC_FALLBACK=0', help: 'never compile here instead' },
    { term: 'DISTCC_SKIP_LOCAL_RETRY=1', help: 'believe a compile error of a host at once' },
    { term: 'DISTCC_IO_TIMEOUT=SEC', help: 'the longest silence of a host (300)' },
    {
      term: 'DISTCC_BACKOFF_PERIOD=SEC',
      help: 'how long a host that failed is left alone at first; 0: not at all (60)',
    },
    { term: 'DISTCC_VERBOSE=1', help: 'say what is done' },
    { term: 'DISTCC_LOG=FILE', help: 'say it there, and not on standard error' },
  ],
  exits: [
    { term: '0 … 99', help: 'the compiler’s own exit code' },
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
    { term: '~/.distcc/backoff/', help: 'hosts that are left alone, shared with lsdistcc' },
  ],
  examples: [
    'export DISTCC_HOSTS="$(lsdistcc \'mydistcc%d\')"',
    'make -j"$(distcc -j)" CC=\'distcc gcc\'',
  ],
};
