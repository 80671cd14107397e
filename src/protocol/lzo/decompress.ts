import { ProtocolError } from '../../errors/index.ts';
import { LzoInput } from './input.ts';
import { LzoOutput } from './output.ts';

/** See {@link lzoDecompress}. */
export interface DecompressOptions {
  /** The most that may come out, in bytes. */
  readonly maxBytes: number;
}

/** What came before an opcode below 16 decides what it means. */
const AFTER_RUN = 4;

/**
 * Decompress one raw LZO1X block (decoder table of fact sheet 1.6). The plain length is not sent, so
 * memory grows with what comes out, never with what a length claims.
 * @param block - as received; nothing at all stands for nothing
 * @throws {ProtocolError} when the block is damaged, does not end exactly at its end marker, or holds more than `maxBytes`
 */
export function lzoDecompress(block: Uint8Array, { maxBytes }: DecompressOptions): Uint8Array {
  if (block.length === 0) return new Uint8Array(0);
  const input = new LzoInput(block);
  const output = new LzoOutput(block, maxBytes);
  let state = readFirstRun(input, output);
  for (;;) {
    const opcode = input.byte();
    if (opcode >= 64) state = copyNear(opcode, input, output);
    else if (opcode >= 32) state = copyMiddle(opcode, input, output);
    else if (opcode >= 16) {
      state = copyFar(opcode, input, output);
      if (state < 0) break;
    } else if (state === 0) {
      const length = opcode === 0 ? input.rest(18) : opcode + 3;
      copyLiterals(length, input, output);
      state = AFTER_RUN;
      continue;
    } else state = copyTiny(opcode, state, input, output);
    if (state > 0) copyLiterals(state, input, output);
  }
  input.expectEnd();
  return output.finish();
}

/** A first byte of 18 or more is a run without an opcode of its own. */
function readFirstRun(input: LzoInput, output: LzoOutput): number {
  if (input.peek() < 18) return 0;
  const length = input.byte() - 17;
  copyLiterals(length, input, output);
  return Math.min(length, AFTER_RUN);
}

function copyLiterals(length: number, input: LzoInput, output: LzoOutput): void {
  output.copyLiterals(input.skip(length), length);
}

/** Opcodes 64–255: 3 to 8 bytes from up to 2048 back. Like all matches it returns how many literals follow. */
function copyNear(opcode: number, input: LzoInput, output: LzoOutput): number {
  const distance = (input.byte() << 3) + ((opcode >> 2) & 7) + 1;
  output.copyMatch(distance, (opcode >> 5) + 1);
  return opcode & 3;
}

/** Opcodes 32–63: any length from up to 16,384 back. */
function copyMiddle(opcode: number, input: LzoInput, output: LzoOutput): number {
  const length = (opcode & 31) === 0 ? input.rest(33) : (opcode & 31) + 2;
  const word = input.word();
  output.copyMatch((word >> 2) + 1, length);
  return word & 3;
}

/** Opcodes 16–31: any length from 16,385 to 49,151 back, or −1 for the end marker. */
function copyFar(opcode: number, input: LzoInput, output: LzoOutput): number {
  const length = (opcode & 7) === 0 ? input.rest(9) : (opcode & 7) + 2;
  const word = input.word();
  const distance = 16_384 + ((opcode & 8) << 11) + (word >> 2);
  if (distance === 16_384) return expectEndMarker(opcode, word);
  output.copyMatch(distance, length);
  return word & 3;
}

function expectEndMarker(opcode: number, word: number): number {
  if (opcode === 0x11 && word === 0) return -1;
  throw new ProtocolError('Cannot decompress: a damaged end marker, 11 00 00 wanted');
}

/** Opcodes 0–15 after literals: 2 bytes from nearby after one to three of them, 3 from farther after a run. */
function copyTiny(opcode: number, state: number, input: LzoInput, output: LzoOutput): number {
  const back = (input.byte() << 2) + (opcode >> 2) + 1;
  if (state === AFTER_RUN) output.copyMatch(back + 2048, 3);
  else output.copyMatch(back, 2);
  return opcode & 3;
}
