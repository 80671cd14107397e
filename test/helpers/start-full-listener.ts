import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';

/** Listens, says where, and takes no connection any more: a stopped process accepts nothing. */
const program = `
const server = require('node:net').createServer();
server.listen({ host: '0.0.0.0', port: 0, backlog: 1 }, () => {
  console.log(server.address().port);
  process.kill(process.pid, 'SIGSTOP');
});
`;

/**
 * A port of all addresses of 127.0.0.0/8 whose queue of connections is full, so that the next one gets no answer at all, as
 * from a firewall that drops.
 */
export async function startFullListener(t: ExecutionContext): Promise<number> {
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] });
  const sockets: net.Socket[] = [];
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    child.kill('SIGKILL');
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(line.toString());
  while (await connectsSoon(port, sockets)) continue;
  return port;
}

/** Whether one more connection is taken; it is kept, to fill the queue. */
async function connectsSoon(port: number, sockets: net.Socket[]): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  sockets.push(socket);
  const endsAtMs = performance.now() + 300;
  while (socket.connecting && performance.now() < endsAtMs) await sleep(20);
  await setImmediate(); // on a loaded machine all that time may be over before the news is read
  return !socket.connecting;
}
