import { ProtocolError } from '../errors/index.ts';

// Of the specification (protocol-1.txt, "packets"; fact sheet 1.1 and 1.2).

/** The token of every packet: four ASCII letters. */
export const tokens = {
  request: 'DIST',
  directory: 'CDIR',
  argumentCount: 'ARGC',
  argument: 'ARGV',
  source: 'DOTI',
  entryCount: 'NFIL',
  name: 'NAME',
  file: 'FILE',
  link: 'LINK',
  response: 'DONE',
  status: 'STAT',
  stderr: 'SERR',
  stdout: 'SOUT',
  object: 'DOTO',
  dependencies: 'DOTD',
} as const;

/** One of {@link tokens}. */
export type Token = (typeof tokens)[keyof typeof tokens];

/** 1 plain; 2 bulk bodies as LZO; 3 LZO, and the server preprocesses. */
export type ProtocolVersion = 1 | 2 | 3;

/** A packet without its body: a token and a number that is a version, a count, a status or a length in bytes. */
export interface PacketHead {
  readonly token: Token;
  /** Unsigned, 32 bits. */
  readonly parameter: number;
}

/** Four bytes of token and eight hex digits. */
export const HEAD_BYTES = 12;
export const TOKEN_BYTES = 4;

/** What eight hex digits can say. */
export const MAX_PARAMETER = 0xffff_ffff;

const anyToken = Object.values(tokens).join('|');
const tokenPattern = new RegExp(`^(?:${anyToken})`);
const headPattern = new RegExp(`^(?:${anyToken})[\\da-fA-F]{8}$`);

/**
 * Write one packet head: 12 characters of ASCII, hex in lower case as every original sender writes it.
 * @throws {RangeError} when the parameter does not fit into 32 bits
 */
export function formatHead({ token, parameter }: PacketHead): string {
  if (Number.isInteger(parameter) && parameter >= 0 && parameter <= MAX_PARAMETER) {
    return token + parameter.toString(16).padStart(8, '0');
  }
  throw new RangeError(`Cannot write ${token}: ${parameter} does not fit into 8 hex digits`);
}

/**
 * Read one packet head. Hex digits of either case are taken, as by the original; its other
 * liberties (blanks, a sign, `0x`) are not.
 * @param bytes - at least {@link HEAD_BYTES} bytes, the head first
 * @throws {ProtocolError} when the token is unknown or the parameter is not 8 hex digits
 */
export function decodeHead(bytes: Uint8Array): PacketHead {
  const head = asBuffer(bytes).toString('latin1', 0, HEAD_BYTES);
  const parameter = parseParameter(head);
  return { token: head.slice(0, TOKEN_BYTES) as Token, parameter };
}

/**
 * The number of a packet head, as {@link decodeHead} reads it.
 * @param head - {@link HEAD_BYTES} bytes as Latin-1
 * @throws {ProtocolError} as {@link decodeHead}
 */
export function parseParameter(head: string): number {
  if (headPattern.test(head)) return Number.parseInt(head.slice(TOKEN_BYTES), 16);
  const fault = tokenPattern.test(head) ? '8 hex digits wanted' : 'no token of distcc';
  throw new ProtocolError(`Cannot read packet head ${quote(head)}: ${fault}`);
}

/** The same bytes, for those methods that only a Buffer has. */
export function asBuffer(bytes: Uint8Array): Buffer {
  if (Buffer.isBuffer(bytes)) return bytes;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Control bytes of a stranger's message must not reach a terminal as they are. */
function quote(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u009f]/g, '?');
}
