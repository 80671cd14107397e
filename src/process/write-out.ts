import fs from 'node:fs';

/** Until a full pipe is looked at again. */
const LOOK_AGAIN_MS = 5;

/**
 * Write all of it to standard output (1) or error (2) before going on. A stream object for each would
 * cost the executable a third of its start; what nobody reads is lost.
 * @returns why it could not be written, if so: an errno name
 */
export function writeOut(descriptor: 1 | 2, text: string | Uint8Array): string | undefined {
  let rest = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(fs.writeSync(descriptor, rest));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      if (code !== 'EAGAIN') return code;
      pause(); // somebody who shares the pipe made it one that does not block
    }
  }
  return undefined;
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_AGAIN_MS);
}
