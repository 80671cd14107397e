/** Join chunks as a stream would. */
export function join(chunks: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(chunks);
}

/** Text as one byte a character, so that `\x11` stands for itself. */
export function bytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}

/** What both decoders share. */
interface Decoder<Message> {
  push(chunk: Uint8Array): Message | undefined;
}

/** Push all chunks; returns every message that came out. */
export function feed<Message>(decoder: Decoder<Message>, chunks: Iterable<Uint8Array>): Message[] {
  const messages: Message[] = [];
  for (const chunk of chunks) {
    const message = decoder.push(chunk);
    if (message !== undefined) messages.push(message);
  }
  return messages;
}

/** One chunk a byte. */
export function* byteByByte(stream: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < stream.length; at += 1) yield stream.subarray(at, at + 1);
}

/** Chunks of random lengths from none to 40 bytes, the same for the same seed. */
export function* randomCuts(stream: Uint8Array, seed: number): Generator<Uint8Array> {
  const random = seededRandom(seed);
  for (let at = 0; at < stream.length;) {
    const length = Math.floor(random() * 41);
    yield stream.subarray(at, at + length);
    at += length;
  }
}

/** Numbers from 0 to below 1, the same for the same seed (a linear congruential generator). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Every way a stream is cut in these tests, each with a name. */
export function cutsOf(stream: Uint8Array): readonly (readonly [string, Iterable<Uint8Array>])[] {
  const seeds = Array.from({ length: 50 }, (_, seed) => seed + 1);
  return [
    ['whole', [stream]],
    ['byte by byte', byteByByte(stream)],
    ...seeds.map((seed) => [`cut with seed ${seed}`, randomCuts(stream, seed)] as const),
  ];
}
