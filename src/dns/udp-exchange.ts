import dgram from 'node:dgram';
import { canonicalAddress, codeOf, isIP } from '../net/index.ts';
import { isAnswerTo, withId } from './packet.ts';
import type { NameServer } from './types.ts';

/** Room for the answers of a burst; the kernel's default drops replies above some 200 in flight. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

/** Who waits for the answer to one sending. */
export interface Listener {
  onReply(bytes: Buffer): void;
  /** @param code - why the question cannot be sent there: `ENETUNREACH` */
  onError(code: string): void;
}

interface Sent {
  readonly question: Buffer;
  readonly from: string;
  readonly listener: Listener;
}

/**
 * The shared sockets, one for each address family: sends questions, each under a new random id, and
 * hands an answer to whoever asked when sender, id and question all match. Anything else is dropped.
 * The sockets are unreferenced: the clocks of those who wait keep the process alive, not they.
 */
export class UdpExchange {
  readonly #sent = new Map<number, Sent>();
  readonly #sockets = new Map<'udp4' | 'udp6', dgram.Socket>();
  readonly #nextRandomId = randomIds();

  /** @returns the id of this sending, for {@link forget} */
  send(question: Buffer, server: NameServer, listener: Listener): number {
    const id = this.#newId();
    const message = withId(question, id);
    this.#sent.set(id, { question: message, from: keyOf(server), listener });
    this.#socketFor(server).send(message, server.port, server.address, (error) => {
      if (error !== null && this.#sent.has(id)) listener.onError(codeOf(error));
    });
    return id;
  }

  /** Nobody waits for this sending any more. */
  forget(id: number): void {
    this.#sent.delete(id);
  }

  /** Keeps no socket; nothing more is heard. */
  close(): void {
    this.#sent.clear();
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }

  #newId(): number {
    for (;;) {
      const id = this.#nextRandomId();
      if (!this.#sent.has(id)) return id;
    }
  }

  #socketFor({ address }: NameServer): dgram.Socket {
    const type = isIP(address) === 6 ? 'udp6' : 'udp4';
    const open = this.#sockets.get(type);
    if (open !== undefined) return open;
    const socket = dgram.createSocket({
      type,
      ipv6Only: type === 'udp6',
      lookup: (address, _options, done) => {
        done(null, address, type === 'udp6' ? 6 : 4);
      },
    });
    this.#sockets.set(type, socket);
    socket.on('listening', () => {
      enlargeBuffer(socket);
    });
    socket.on('message', (bytes, sender) => {
      this.#receive(bytes, sender);
    });
    // A socket that broke is replaced by the next sending: every question is sent again anyway.
    socket.on('error', () => {
      this.#drop(type, socket);
    });
    socket.bind({ port: 0, exclusive: true }); // the kernel draws a random port
    return socket.unref();
  }

  #receive(bytes: Buffer, sender: NameServer): void {
    if (bytes.length < 2) return;
    const sent = this.#sent.get(bytes.readUInt16BE(0));
    if (sent?.from !== keyOf(sender) || !isAnswerTo(sent.question, bytes)) return;
    sent.listener.onReply(bytes);
  }

  #drop(type: 'udp4' | 'udp6', socket: dgram.Socket): void {
    if (this.#sockets.get(type) !== socket) return;
    this.#sockets.delete(type);
    socket.close();
  }
}

function enlargeBuffer(socket: dgram.Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
  } catch {
    // Some systems refuse more than their maximum: what we have must do.
  }
}

/** The zone is left out: resolv.conf may say `%2` where the kernel says `%eth0`. */
function keyOf({ address, port }: NameServer): string {
  if (!address.includes(':')) return `${address} ${port}`;
  const [plain = ''] = address.split('%');
  return `${canonicalAddress(plain)} ${port}`;
}

/** Ids nobody can guess, drawn by the hundred: one at a time costs a system call each. */
function randomIds(): () => number {
  const batch = new Uint16Array(256);
  let used = batch.length;
  return () => {
    if (used === batch.length) {
      crypto.getRandomValues(batch);
      used = 0;
    }
    return batch[used++] ?? 0;
  };
}
