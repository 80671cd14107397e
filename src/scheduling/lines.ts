/** A host list of 5,000 long names fits; nothing of ours is longer. */
const MAX_LINE_CHARS = 4 * 1024 * 1024;

/** Cuts what arrives on the broker's socket into values, a line of JSON each. */
export class LineDecoder {
  readonly #decoder = new TextDecoder();
  #pending = '';

  /**
   * @returns the values that are whole now
   * @throws {RangeError} when a line is too long
   * @throws {SyntaxError} when one is no JSON
   */
  push(chunk: Uint8Array): unknown[] {
    const lines = (this.#pending + this.#decoder.decode(chunk, { stream: true })).split('\n');
    this.#pending = lines.pop() ?? '';
    if (this.#pending.length > MAX_LINE_CHARS) throw new RangeError('A line has no end');
    return lines.map((line) => JSON.parse(line) as unknown);
  }
}

/** The line of one value. */
export function encodeLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
