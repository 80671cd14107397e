import net from 'node:net';
import { faultOfHost, hostOfAddress } from './farm.ts';
import type { Farm } from './farm.ts';
import { compileWitness } from './object-template.ts';
import { serveFarms } from './serve-farms.ts';

/** distccd's own; every address of 127.0.0.0/8 leads here. */
const PORT = 3632;
/** As many as the kernel allows: a client may connect to every host at once. */
const BACKLOG = 4096;
/** Token and length of a protocol 1 request's last packet, which holds the source. */
const SOURCE_HEAD = /DOTI([0-9a-f]{8})/;
const HEAD_BYTES = 12;

let farm: Farm | undefined;
const sockets = new Set<net.Socket>();

const server = net.createServer({ pauseOnConnect: true }, (socket) => {
  if (farm === undefined) return void socket.destroy();
  const fault = faultOfHost(hostOfAddress(socket.localAddress ?? ''), farm);
  if (fault === 'closing') return void socket.destroy();
  sockets.add(socket);
  socket.on('error', () => undefined); // a client may leave as it likes
  socket.on('close', () => sockets.delete(socket));
  if (fault === 'none') answer(socket);
});
const compile = await compileWitness(process.argv[2] ?? '.');
server.listen({ port: PORT, host: '0.0.0.0', backlog: BACKLOG }, () => {
  serveFarms((next) => {
    for (const socket of sockets) socket.destroy(); // the stuck ones of the run before
    farm = next;
  });
});

/** As distccd: read the whole request, answer it, end the connection. */
function answer(socket: net.Socket): void {
  let request = '';
  socket.on('data', (chunk) => {
    request += chunk.toString('latin1');
    const head = SOURCE_HEAD.exec(request);
    if (head === null) return;
    const source = request.slice(head.index + HEAD_BYTES);
    if (source.length >= parseInt(head[1] ?? '', 16)) socket.end(responseOf(source));
  });
  socket.resume();
}

function responseOf(source: string): Buffer {
  const object = compile(source);
  const length = object.length.toString(16).padStart(8, '0');
  const head = `DONE00000001STAT00000000SERR00000000SOUT00000000DOTO${length}`;
  return Buffer.concat([Buffer.from(head, 'latin1'), object]);
}
