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

/** What eight hex digits can say. */
export const MAX_PARAMETER = 0xffff_ffff;

const ascii = new TextEncoder();
const knownTokens: ReadonlySet<string> = new Set(Object.values(tokens));

/**
 * Write one packet head: 12 bytes, hex in lower case as every original sender writes it.
 * @throws {RangeError} when the parameter does not fit into 32 bits
 */
export function encodeHead({ token, parameter }: PacketHead): Uint8Array {
  if (!Number.isInteger(parameter) || parameter < 0 || parameter > MAX_PARAMETER) {
    throw new RangeError(`Cannot write ${token}: ${parameter} does not fit into 8 hex digits`);
  }
  return ascii.encode(token + parameter.toString(16).padStart(8, '0'));
}

/**
 * Read one packet head. Hex digits of either case are taken, as by the original; its other
 * liberties (blanks, a sign, `0x`) are not.
 * @param bytes - at least {@link HEAD_BYTES} bytes, the head first
 * @throws {ProtocolError} when the token is unknown or the parameter is not 8 hex digits
 */
export function decodeHead(bytes: Uint8Array): PacketHead {
  const text = latin1(bytes.subarray(0, HEAD_BYTES));
  const token = text.slice(0, 4);
  const digits = text.slice(4);
  if (!isToken(token)) {
    throw new ProtocolError(`Cannot read packet head ${quote(text)}: no token of distcc`);
  }
  if (!/^[0-9a-f]{8}$/i.test(digits)) {
    throw new ProtocolError(`Cannot read packet head ${quote(text)}: 8 hex digits wanted`);
  }
  return { token, parameter: Number.parseInt(digits, 16) };
}

/** A loop: for twelve bytes nothing is quicker in a program that has just started. */
function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 1) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

function isToken(text: string): text is Token {
  return knownTokens.has(text);
}

/** Control bytes of a stranger's message must not reach a terminal as they are. */
function quote(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u009f]/g, '?');
}
