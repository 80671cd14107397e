import type { Program } from './program.ts';

/** The words that make `lsdistcc farm` another command than a host of that name. */
export const farmCommands = [
  'init',
  'add',
  'list',
  'revoke',
  'renew',
  'request',
  'approve',
] as const;

/** One of {@link farmCommands}. */
export type FarmCommand = (typeof farmCommands)[number];

/** `lsdistcc farm …` (docs/farm.md). */
export const farmProgram: Program = {
  name: 'lsdistcc',
  summary: 'decide which machines belong to a farm',
  usage: [
    'farm init [DIR]',
    'farm add NAME|ADDRESS… [--client NAME]',
    'farm list',
    'farm revoke NAME|SERIAL…',
    'farm renew NAME…',
    'farm request NAME|ADDRESS… [--client NAME]',
    'farm approve FILE|-',
  ],
  description: [],
  options: [
    { flags: '--farm <DIR>', help: 'The folder of the authority (~/.distcc/farm)', value: 'file' },
    { flags: '--client <NAME>', help: 'A machine that sends jobs, by this name' },
    { flags: '--days <N>', help: 'How long a certificate is good (365; the authority’s: 3650)' },
    {
      flags: '--passphrase-file <FILE>',
      help: 'The passphrase of the authority’s key; for "request" of the machine’s own',
      value: 'file',
    },
    { flags: '--fingerprint <HEX>', help: 'Approve a request with this fingerprint unasked' },
    { flags: '--help', help: 'Show this text' },
  ],
  words: 'host',
  variables: [
    { term: 'DISTCC_DIR', help: 'where the farm is kept (~/.distcc)' },
    { term: 'DISTCC_TLS_DIR', help: 'where "request" leaves the machine’s key (~/.distcc/tls)' },
  ],
  exits: [
    { term: '0', help: 'done' },
    { term: '2', help: 'wrong usage, or a machine that is unknown or there already' },
    { term: '107', help: 'a file cannot be read or written' },
  ],
  files: [],
  examples: [
    'lsdistcc farm init',
    'lsdistcc farm add red 10.0.0.7',
    'lsdistcc farm add --client ci',
  ],
};
