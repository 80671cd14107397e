import type { CompileRequest, CompileResponse, RequestEntry } from '../../src/protocol/index.ts';
import { naiveCompress, naiveDecompress } from './naive-lzo.ts';

/** A packet as text, one byte a character. */
const packet = (token: string, value: number, body = ''): string =>
  token + value.toString(16).padStart(8, '0') + body;

const latin1 = (data: Uint8Array): string => Buffer.from(data).toString('latin1');
const text = (token: string, word: string): string => {
  const body = latin1(Buffer.from(word, 'utf8'));
  return packet(token, body.length, body);
};
const bulk = (token: string, data: Uint8Array, version: number): string => {
  const body = latin1(version === 1 ? data : naiveCompress(data));
  return packet(token, body.length, body);
};

/** The specification of requests, written straight down. */
export function naiveEncodeRequest(request: CompileRequest): Uint8Array {
  const { version, args } = request;
  const words = packet('ARGC', args.length) + args.map((word) => text('ARGV', word)).join('');
  const head = packet('DIST', version);
  if (version !== 3) return raw(head + words + bulk('DOTI', request.source, version));
  const entries = request.entries.map(
    (entry) =>
      text('NAME', entry.name) +
      (entry.kind === 'file' ? bulk('FILE', entry.content, 3) : text('LINK', entry.target)),
  );
  const files = packet('NFIL', entries.length) + entries.join('');
  return raw(head + text('CDIR', request.cwd) + words + files);
}

/** The specification of responses, written straight down. */
export function naiveEncodeResponse(response: CompileResponse): Uint8Array {
  const { version, status, stderr, stdout, object, dependencies } = response;
  return raw(
    packet('DONE', version) +
      packet('STAT', status) +
      bulk('SERR', stderr, version) +
      bulk('SOUT', stdout, version) +
      bulk('DOTO', object, version) +
      (dependencies ? bulk('DOTD', dependencies, version) : ''),
  );
}

/** Reads a whole, correct request. */
export function naiveDecodeRequest(stream: Uint8Array): CompileRequest {
  const cursor = new Cursor(stream);
  const version = cursor.value('DIST');
  const cwd = version === 3 ? cursor.text('CDIR') : '';
  const args = Array.from({ length: cursor.value('ARGC') }, () => cursor.text('ARGV'));
  if (version !== 3) {
    return { version: version === 1 ? 1 : 2, args, source: cursor.bulk('DOTI', version) };
  }
  const entries = Array.from({ length: cursor.value('NFIL') }, (): RequestEntry => {
    const name = cursor.text('NAME');
    return cursor.peek() === 'FILE'
      ? { kind: 'file', name, content: cursor.bulk('FILE', 3) }
      : { kind: 'link', name, target: cursor.text('LINK') };
  });
  return { version: 3, cwd, args, entries };
}

/** Reads a whole, correct response. */
export function naiveDecodeResponse(stream: Uint8Array): CompileResponse {
  const cursor = new Cursor(stream);
  const version = cursor.value('DONE') as 1 | 2 | 3;
  return {
    version,
    status: cursor.value('STAT'),
    stderr: cursor.bulk('SERR', version),
    stdout: cursor.bulk('SOUT', version),
    object: cursor.bulk('DOTO', version),
    ...(cursor.peek() === 'DOTD' ? { dependencies: cursor.bulk('DOTD', version) } : {}),
  };
}

class Cursor {
  #stream: string;

  constructor(stream: Uint8Array) {
    this.#stream = latin1(stream);
  }

  peek(): string {
    return this.#stream.slice(0, 4);
  }

  value(token: string): number {
    if (this.peek() !== token) throw new Error(`${this.peek()} where ${token} belongs`);
    const value = Number(`0x${this.#stream.slice(4, 12)}`);
    this.#stream = this.#stream.slice(12);
    return value;
  }

  text(token: string): string {
    return Buffer.from(this.#body(token)).toString('utf8');
  }

  bulk(token: string, version: number): Uint8Array {
    const body = this.#body(token);
    return version === 1 || body.length === 0 ? body : naiveDecompress(body);
  }

  #body(token: string): Uint8Array {
    const length = this.value(token);
    const body = this.#stream.slice(0, length);
    this.#stream = this.#stream.slice(length);
    return raw(body);
  }
}

function raw(stream: string): Uint8Array {
  return Uint8Array.from(Buffer.from(stream, 'latin1'));
}
