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
const TOKEN_BYTES = 4;

/** What eight hex digits can say. */
export const MAX_PARAMETER = 0xffff_ffff;

const latin1 = new TextDecoder('latin1');
const knownTokens: ReadonlySet<string> = new Set(Object.values(tokens));

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
  const token = String.fromCharCode(bytes[0] ?? 0, bytes[1] ?? 0, bytes[2] ?? 0, bytes[3] ?? 0);
  if (!isToken(token)) {
    throw new ProtocolError(`Cannot read packet head ${quote(bytes)}: no token of distcc`);
  }
  let parameter = 0;
  for (let at = TOKEN_BYTES; at < HEAD_BYTES; at += 1) {
    const digit = digitOf(bytes[at] ?? 0);
    if (digit === undefined) {
      throw new ProtocolError(`Cannot read packet head ${quote(bytes)}: 8 hex digits wanted`);
    }
    parameter = parameter * 16 + digit;
  }
  return { token, parameter };
}

/** By hand, as a farm's answers have thousands: nothing is quicker in a program that has just started. */
function digitOf(byte: number): number | undefined {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : undefined;
}

function isToken(text: string): text is Token {
  return knownTokens.has(text);
}

/** Control bytes of a stranger's message must not reach a terminal as they are. */
function quote(bytes: Uint8Array): string {
  const text = latin1.decode(bytes.subarray(0, HEAD_BYTES));
  return JSON.stringify(text).replace(/[\u007f-\u009f]/g, '?');
}
