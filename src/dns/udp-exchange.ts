import { canonicalAddress, isIP } from '../net/index.ts';
import { readUInt16 } from './integers.ts';
import { encodeQuestion, isAnswerTo } from './packet.ts';
import type { NameServer, Question } from './types.ts';
import { openUdp } from './udp-socket.ts';
import type { Family, UdpSocket } from './udp-socket.ts';

/** One question on its way to one server. */
export interface Sending<Server extends { readonly server: NameServer }> {
  /** Under its own id. */
  readonly question: Buffer;
  readonly to: Server;
  /** By performance.now(). */
  readonly sentAtMs: number;
  readonly listener: Listener<Server>;
}

/** Who waits for the answer to one sending. */
export interface Listener<Server extends { readonly server: NameServer }> {
  onReply(bytes: Buffer, sending: Sending<Server>): void;
  /** @param code - why the question cannot be sent there: `ENETUNREACH` */
  onError(code: string, sending: Sending<Server>): void;
}

/**
 * The shared sockets, one for each address family: sends questions, each under a new random id, and
 * hands an answer to whoever asked when sender, id and question all match. Anything else is dropped.
 * The sockets are unreferenced: the clocks of those who wait keep the process alive, not they.
 */
export class UdpExchange<Server extends { readonly server: NameServer }> {
  readonly #isBusy: boolean;
  readonly #sendings = new Map<number, Sending<Server>>();
  readonly #sockets = new Map<Family, UdpSocket>();
  readonly #nextRandomId = randomIds();

  /** @param isBusy - more than a hundred answers may come at once */
  constructor(isBusy: boolean) {
    this.#isBusy = isBusy;
  }

  /** @returns the id of this sending, for {@link forget} */
  send({ name, type }: Question, to: Server, listener: Listener<Server>): number {
    const id = this.#newId();
    const { address, port } = to.server;
    const question = encodeQuestion(name, type, id);
    this.#sendings.set(id, { question, to, sentAtMs: performance.now(), listener });
    this.#socketFor(address).send(question, address, port, id);
    return id;
  }

  /** Nobody waits for this sending any more. */
  forget(id: number): void {
    this.#sendings.delete(id);
  }

  /** Keeps no socket; nothing more is heard. */
  close(): void {
    this.#sendings.clear();
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }

  #newId(): number {
    for (;;) {
      const id = this.#nextRandomId();
      if (!this.#sendings.has(id)) return id;
    }
  }

  #socketFor(address: string): UdpSocket {
    const family = address.includes(':') ? 'udp6' : 'udp4';
    const open = this.#sockets.get(family);
    if (open !== undefined) return open;
    const events = {
      onMessage: (bytes: Buffer, from: string, port: number): void => {
        this.#receive(bytes, from, port);
      },
      onUnsent: (id: number, code: string): void => {
        const sending = this.#sendings.get(id);
        sending?.listener.onError(code, sending);
      },
      // Another one takes its place at the next sending: every question is sent again anyway.
      onBroken: (): void => {
        if (this.#sockets.get(family) !== socket) return;
        this.#sockets.delete(family);
        socket.close();
      },
    };
    const socket = openUdp(family, events, this.#isBusy);
    this.#sockets.set(family, socket);
    return socket;
  }

  #receive(bytes: Buffer, address: string, port: number): void {
    if (bytes.length < 2) return;
    const sending = this.#sendings.get(readUInt16(bytes, 0));
    if (sending === undefined || !isFrom(sending.to.server, address, port)) return;
    if (isAnswerTo(sending.question, bytes)) sending.listener.onReply(bytes, sending);
  }
}

/** The zone is left out: resolv.conf may say `%2` where the kernel says `%eth0`. */
function isFrom(server: NameServer, address: string, port: number): boolean {
  if (server.port !== port) return false;
  if (server.address === address) return true;
  return isIP(address) === 6 && withoutZone(server.address) === withoutZone(address);
}

function withoutZone(address: string): string {
  const [plain = ''] = address.split('%');
  return canonicalAddress(plain);
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
