import { logFormats, logLevels } from '../server/index.ts';
import type { Program } from './program.ts';

/** distccd(1). */
export const distccdProgram: Program = {
  name: 'distccd',
  summary: 'compile for the clients of a distcc farm',
  usage: ['--allow ADDRESS[/BITS] [options]', '--tls [options]'],
  description: [
    'Takes compilations from clients of distcc and sends the objects back. It goes to the background once it listens. It serves nobody who is not named: without `--allow`, `--allow-private`, `--tls` or `--listen` on loopback it does not start.',
    'It runs the compilers that it finds at start on its PATH (or DISTCCD_PATH, when that is set): `cc`, `gcc`, `g++`, `clang` and their kin with versions and target prefixes; those in `/usr/lib/distcc`; and those of `--allow-compiler`. Options that load code, run programs or touch other files are refused. A refusal tells the client why.',
    'Without `--log-file` a daemon in the background logs to the system, by logger(1); where that is missing, it does not log.',
    'A first SIGTERM lets running jobs end, a second does not. When the daemon is killed, its compilers are ended for it, and the next one removes what it left in `TMPDIR`.',
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
    {
      flags: '--tls',
      help: 'Serve who shows a certificate of the farm, over TLS 1.3, and nobody else',
      detail:
        'The certificate decides and not the address: no other option is needed to say who may connect, but what `--allow` says holds as well. The files of DISTCC_TLS_DIR are read again when they change.',
    },
    { flags: '--tls-port <PORT>', help: 'Listen for TLS on this port (3634)' },
    { flags: '--plain', help: 'With --tls: serve plain clients too, those of --allow' },
    { flags: '-j, --jobs <N>', help: 'Run at most N compilers at once (processors + 2)' },
    { flags: '-N, --nice <N>', help: 'Lower the priority of compilers by N (5)' },
    {
      flags: '--oom-score-adj <N>',
      help: 'When memory is short, end compilers rather (up to 1000) or rather not (down to -1000)',
      detail: 'A number below 0 is written behind a `=`, and only root may ask for it.',
    },
    {
      flags: '--user <USER>',
      help: 'Serve as USER when started by root (distccd, distcc or nobody)',
    },
    { flags: '--job-lifetime <SEC>', help: 'End a compiler after SEC seconds (300); 0 never' },
    {
      flags: '--allow-compiler <NAME>',
      help: 'Also run this compiler, a name or a path (repeatable)',
      value: 'command',
    },
    {
      flags: '--sysroot <DIR>',
      help: 'Let clients use the specs files below DIR',
      detail:
        '`-specs=FILE` is refused, since such a file can name any program, unless FILE is a regular file below DIR: by its path from DIR, or by its whole path.',
      value: 'file',
    },
    { flags: '--enable-tcp-insecure', help: 'Run any program as a compiler: for tests only' },
    { flags: '--max-per-client <N>', help: 'Take at most N connections of one address (512)' },
    { flags: '--max-queue <N>', help: 'Let at most N jobs wait for a slot (256), then say "busy"' },
    { flags: '--max-wait <SEC>', help: 'Let none wait longer than SEC seconds (60)' },
    { flags: '--max-load <X>', help: 'Say "busy" while the load of the last minute is above X' },
    {
      flags: '--min-memory <MIB>',
      help: 'Say "busy" while less memory is free (128, or 5 % of a small machine)',
    },
    { flags: '--max-request <MIB>', help: 'Refuse a request that is larger (512)' },
    {
      flags: '--max-memory <MIB>',
      help: 'Address space of a compiler (all memory, 4096 at least); 0 no limit',
    },
    { flags: '--max-file <MIB>', help: 'Largest file that a compiler may write (512); 0 no limit' },
    { flags: '--stats', help: 'Show statistics by HTTP on port 3633' },
    {
      flags: '--stats-port <PORT>',
      help: 'The same on this port: / (a page), /stats, /metrics, /healthz',
      detail:
        '`/stats` is the page of the original, `/metrics` is for Prometheus. The access list holds for readers as well.',
    },
    { flags: '--zeroconf', help: 'Offer this server by multicast DNS' },
    { flags: '-P, --pid-file <FILE>', help: 'Write the process id there', value: 'file' },
    { flags: '--log-file <FILE>', help: 'Append the log to FILE', value: 'file' },
    { flags: '--log-stderr', help: 'Write the log to standard error' },
    {
      flags: '--log-level <LEVEL>',
      help: 'How much to log: emerg … notice, info, debug (notice)',
      detail: `The levels: ${logLevels.map((level) => `\`${level}\``).join(', ')}.`,
      value: logLevels,
    },
    {
      flags: '--log-format <FORMAT>',
      help: 'One line a job as text, or as a json object (text)',
      value: logFormats,
    },
    { flags: '--verbose', help: 'The same as --log-level debug' },
    { flags: '--daemon', help: 'Serve on a port, even when standard input is a socket' },
    {
      flags: '--inetd',
      help: 'Serve one job on standard input and output, and end with its exit code',
      detail:
        'The way of inetd and of ssh. It is taken for granted when standard input is a socket and no option says otherwise. The access list is for sockets; a pipe was let in by whoever made it.',
    },
    {
      flags: '--tunnel',
      help: 'Serve on a private socket until standard input ends',
      detail:
        'How our distcc uses a host through ssh: the socket’s path is the first line of standard output, and ssh leads connections there. Only this user can connect.',
    },
    { flags: '--no-detach', help: 'Stay in the foreground' },
    { flags: '--drain <SEC>', help: 'When stopped, let running jobs end for SEC seconds (10)' },
    { flags: '--lifetime <SEC>', help: 'Stop after SEC seconds' },
    { flags: '-W, --wizard', help: 'The same as --daemon --no-detach --log-stderr --verbose' },
    { flags: '--no-fork', help: 'Of the original; without meaning here' },
    { flags: '--no-fifo', help: 'Of the original; without meaning here' },
    { flags: '--auth', help: 'Of the original’s GSS-API: refused, --tls proves who is who' },
    { flags: '--show-principal', help: 'The same' },
    { flags: '--blacklist <FILE>', help: 'The same', value: 'file' },
    { flags: '--whitelist <FILE>', help: 'The same', value: 'file' },
    { flags: '--help', help: 'Show this text' },
    { flags: '--version', help: 'Show the version' },
  ],
  words: [],
  variables: [
    { term: 'DISTCC_CMDLIST', help: 'of the original: where it is set, distccd does not start' },
    { term: 'DISTCCD_PATH', help: 'where compilers are looked for, instead of PATH' },
    {
      term: 'DISTCC_TLS_DIR',
      help: 'where `--tls` finds `ca.pem`, `cert.pem`, `key.pem` and perhaps `revoked.pem` (~/.distcc/tls, else /etc/distcc/tls)',
    },
    { term: 'DISTCC_TLS_PASSPHRASE_FILE', help: 'the file with the passphrase of `key.pem`' },
    { term: 'TMPDIR', help: 'where each job has a folder of its own while it runs (/tmp)' },
  ],
  exits: [
    { term: '0', help: 'stopped by a signal or by `--lifetime`' },
    { term: 'other', help: 'with `--inetd`: how the compiler ended, or why there was none' },
    { term: '101', help: 'wrong usage, or nobody is allowed to connect' },
    { term: '102', help: 'the address or port cannot be had' },
    {
      term: '107',
      help: 'the log file, the pid file or the temporary folder cannot be written, or a file of `--tls` not be read',
    },
    { term: '110', help: 'a compiler of `--allow-compiler` is not there' },
    { term: '113', help: 'with `--inetd`: the client is not on the access list' },
  ],
  files: [
    {
      term: '/usr/lib/distcc/, /usr/local/lib/distcc/',
      help: 'names of compilers that may run beside those found on the PATH',
    },
  ],
  examples: [
    'distccd --allow 192.168.0.0/16',
    'distccd --tls',
    'distccd --no-detach --log-stderr --listen 127.0.0.1 --port 3633 --jobs 2',
  ],
};
