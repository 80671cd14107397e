import dgram from 'node:dgram';
import { addressOfHost, hostOfName } from './farm.ts';
import type { Farm } from './farm.ts';
import { serveFarms } from './serve-farms.ts';

/** RFC 1035, section 4.1. */
const HEADER_BYTES = 12;
const TYPE_A = 1;
/** QR, AA, RD and RA; then the same with NXDOMAIN. */
const FLAGS_FOUND = 0x8580;
const FLAGS_MISSING = 0x8583;
/** Before the address of an A record: pointer to the question's name, type, class, TTL, length. */
const RECORD_HEAD = Buffer.from('c00c00010001000000040004', 'hex');

/** A burst of every program at once must not be lost in our own receive buffer. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

let farm: Farm | undefined;
let random = seededRandom(0);

const socket = dgram.createSocket('udp4');
socket.on('message', (question, { port, address }) => {
  if (farm === undefined || random() < farm.dnsLoss) return;
  const answer = answerOf(question, farm.hostCount);
  const send = (): void => {
    socket.send(answer, port, address);
  };
  if (farm.dnsDelayMs === 0) send();
  else setTimeout(send, farm.dnsDelayMs);
});
socket.bind(53, '127.0.0.1', () => {
  socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
  serveFarms((next, seed) => {
    farm = next;
    random = seededRandom(seed);
  });
});

/** Written by hand: a codec would make this server the slowest part of the laboratory. */
function answerOf(message: Buffer, hostCount: number): Buffer {
  const nameEnd = message.indexOf(0, HEADER_BYTES) + 1;
  const question = message.subarray(0, nameEnd + 4);
  const index = hostOfName(readName(question)) ?? 0;
  const isFound = index >= 1 && index <= hostCount;
  const hasAnswer = isFound && question.readUInt16BE(nameEnd) === TYPE_A;
  const parts = hasAnswer ? [RECORD_HEAD, Buffer.from(addressOfHost(index))] : [];
  const answer = Buffer.concat([question, ...parts]);
  answer.writeUInt16BE(isFound ? FLAGS_FOUND : FLAGS_MISSING, 2);
  answer.writeUInt16BE(1, 4); // questions
  answer.writeUInt16BE(hasAnswer ? 1 : 0, 6);
  answer.writeUInt32BE(0, 8); // no other sections: a question's EDNS record is not echoed
  return answer;
}

function readName(question: Buffer): string {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return labels.join('.');
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
