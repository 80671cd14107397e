import { logLevels } from '../server/index.ts';
import type { Program } from './program.ts';

/** distccd(1). */
export const distccdProgram: Program = {
  name: 'distccd',
  summary: 'compile for the clients of a distcc farm',
  usage: ['--allow ADDRESS[/BITS] [options]'],
  description: [
    'Takes compilations from clients of distcc and sends the objects back. It goes to the background once it listens. It serves nobody who is not named: without `--allow`, `--allow-private` or `--listen` on loopback it does not start.',
    'It runs the compilers that it finds at start on its PATH (or DISTCCD_PATH, when that is set): `cc`, `gcc`, `g++`, `clang` and their kin with versions and target prefixes; those in `/usr/lib/distcc`; and those of `--allow-compiler`. Options that load code, run programs or touch other files are refused. A refusal tells the client why.',
  ],
  options: [
    {
      flags: '-a, --allow <NETWORK>',
      help: 'Serve clients of this address or network (repeatable)',
    },
    { flags: '--allow-private', help: 'Serve clients of the private networks and of this machine' },
    {
      flags: '--listen <ADDRESS>',
      help: 'Listen on this address only (default: all, IPv6 and IPv4)',
    },
    { flags: '-p, --port <PORT>', help: 'Listen on this port (3632)' },
    { flags: '-j, --jobs <N>', help: 'Run at most N compilers at once (processors + 2)' },
    { flags: '-N, --nice <N>', help: 'Lower the priority of compilers by N (5)' },
    { flags: '--job-lifetime <SEC>', help: 'End a compiler after SEC seconds (300); 0 never' },
    {
      flags: '--allow-compiler <NAME>',
      help: 'Also run this compiler, a name or a path (repeatable)',
      value: 'command',
    },
    { flags: '--enable-tcp-insecure', help: 'Run any program as a compiler: for tests only' },
    { flags: '-P, --pid-file <FILE>', help: 'Write the process id there', value: 'file' },
    { flags: '--log-file <FILE>', help: 'Append the log to FILE', value: 'file' },
    { flags: '--log-stderr', help: 'Write the log to standard error' },
    {
      flags: '--log-level <LEVEL>',
      help: 'How much to log: emerg … notice, info, debug (notice)',
      detail: `The levels: ${logLevels.map((level) => `\`${level}\``).join(', ')}.`,
      value: logLevels,
    },
    { flags: '--verbose', help: 'The same as --log-level debug' },
    { flags: '--daemon', help: 'Serve on a port (what it does anyway)' },
    { flags: '--no-detach', help: 'Stay in the foreground' },
    { flags: '--lifetime <SEC>', help: 'Stop after SEC seconds' },
    { flags: '--help', help: 'Show this text' },
    { flags: '--version', help: 'Show the version' },
  ],
  words: [],
  variables: [
    { term: 'DISTCCD_PATH', help: 'where compilers are looked for, instead of PATH' },
    { term: 'TMPDIR', help: 'where each job has a folder of its own while it runs (/tmp)' },
  ],
  exits: [
    { term: '0', help: 'stopped by a signal or by `--lifetime`' },
    { term: '101', help: 'wrong usage, or nobody is allowed to connect' },
    { term: '102', help: 'the address or port cannot be had' },
    { term: '107', help: 'the log file or pid file cannot be written' },
    { term: '110', help: 'a compiler of `--allow-compiler` is not there' },
  ],
  files: [
    {
      term: '/usr/lib/distcc/, /usr/local/lib/distcc/',
      help: 'names of compilers that may run beside those found on the PATH',
    },
  ],
  examples: [
    'distccd --allow 192.168.0.0/16',
    'distccd --no-detach --log-stderr --listen 127.0.0.1 --port 3633 --jobs 2',
  ],
};
