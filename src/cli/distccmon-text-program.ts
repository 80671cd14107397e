import type { Program } from './program.ts';

/** distccmon-text(1). */
export const distccmonTextProgram: Program = {
  name: 'distccmon-text',
  summary: 'show what every job of this user is doing',
  usage: ['[DELAY]', '--help | --version'],
  description: [
    'Prints a line for each distcc of this user that is at work now: its process, phase, source, and the host with the slot it holds; then an empty line. With DELAY it does so again after so many seconds, until it is stopped.',
    'The broker knows it: the process that hands out slots to all jobs of a user. Where none runs, no job is at work.',
  ],
  options: [
    { flags: '--help', help: 'Show this text' },
    { flags: '--version', help: 'Show the version' },
  ],
  variables: [{ term: 'DISTCC_DIR', help: 'where the broker is (~/.distcc)' }],
  exits: [
    { term: '0', help: 'shown' },
    { term: '101', help: 'wrong usage' },
  ],
  files: [{ term: '~/.distcc/broker/', help: 'the broker’s socket and its log' }],
  examples: ['distccmon-text 0.5'],
};
