import { spawn } from 'node:child_process';
import net from 'node:net';

/**
 * Waits for the end of its standard input, which only the daemon holds: then the daemon is gone,
 * however it went. Every process below it has its TMPDIR from us, so that none can be forgotten
 * because it was started at the wrong moment; a few rounds catch those that are just being started.
 */
const SCRIPT = `
while read -r _; do :; done
for round in 1 2 3 4 5 6 7 8 9; do
  pids=$(grep -lsF "TMPDIR=$1" /proc/[0-9]*/environ | tr -dc '0-9\\n')
  [ -n "$pids" ] && kill -9 $pids
  [ -z "$pids" ] && [ "$round" -gt 2 ] && break
  sleep 0.05 || sleep 1
done
rm -rf "$1"*
`;

/**
 * Start a process that outlives this one for a moment and ends its compilers. Needs `/proc`.
 * @param prefix - how the daemon's own folders begin: {@link WorkFolder}
 * @returns ends it, when there is nothing left to watch
 */
export function startWatchdog(prefix: string): () => void {
  const watchdog = spawn('/bin/sh', ['-c', SCRIPT, 'distccd-watchdog', prefix], {
    cwd: '/',
    env: { PATH: process.env['PATH'] },
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true, // what is sent to the daemon's group is not meant for it
  });
  watchdog.on('error', () => undefined); // a system without sh has no ulimit either: jobs say so
  watchdog.stdin.on('error', () => undefined);
  watchdog.unref();
  if (watchdog.stdin instanceof net.Socket) watchdog.stdin.unref();
  return () => void watchdog.kill('SIGKILL');
}
