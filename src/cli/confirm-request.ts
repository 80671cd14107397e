import { createInterface } from 'node:readline/promises';
import { ArgumentError } from '../errors/index.ts';
import { nameOf } from '../farm/index.ts';
import type { MachineWords } from '../farm/index.ts';

/** How {@link confirm} asks. */
export interface ConfirmOptions {
  /** What a person has read on the new machine already. */
  readonly given: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Ask on the terminal whether a request may be approved: a person compares the fingerprint with what the
 * new machine shows.
 * @throws {ArgumentError} when it may not, or there is nobody to ask
 */
export async function confirm(
  machine: MachineWords,
  fingerprint: string,
  { given, signal }: ConfirmOptions,
): Promise<void> {
  if (given !== undefined) {
    if (bare(given) === bare(fingerprint)) return;
    throw new ArgumentError(`Cannot approve the request: its fingerprint is ${fingerprint}`);
  }
  if (!process.stdin.isTTY) {
    throw new ArgumentError(
      `Nobody to ask: want --fingerprint, as the new machine shows it; the request's is ${fingerprint}`,
    );
  }
  tell(`Machine:     ${nameOf(machine)}`);
  tell(`Serves as:   ${machine.names.join(', ') || '(no server)'}`);
  tell(`Sends jobs:  ${machine.client === undefined ? 'no' : 'yes'}`);
  tell(`Fingerprint: ${fingerprint}`);
  const dialog = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await dialog.question('The same as the machine shows? [y/N] ', { signal });
    if (/^y(?:es)?$/i.test(answer.trim())) return;
  } finally {
    dialog.close();
  }
  throw new ArgumentError('Not approved');
}

function bare(fingerprint: string): string {
  return fingerprint.toLowerCase().replaceAll(/[^\da-f]/g, '');
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
