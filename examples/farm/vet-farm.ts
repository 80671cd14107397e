import { NoHostsError } from '../../src/errors/index.ts';
import type { Farm } from './farm.ts';
import type { Screen } from './screen.ts';
import { runLine } from './stage.ts';
import type { Stage } from './stage.ts';

/** What vetting happens with. */
export interface VetContext {
  readonly stage: Stage;
  readonly screen: Screen;
  /** More options for lsdistcc: what stands behind `npm start --`. */
  readonly options: readonly string[];
}

/**
 * Ask the farm with the real lsdistcc and show what it says of each host.
 * @returns the list it prints, on one line; numeric, since the system's resolver does not know the farm
 * @throws {NoHostsError} when no host passed
 */
export async function vetFarm(farm: Farm, { stage, screen, options }: VetContext): Promise<string> {
  const { dnsServer, port } = farm;
  const more = options.map((word) => `${quote(word)} `).join('');
  const words = `--dns-server ${dnsServer} -r${port} -n --explain ${more}'mydistcc%d'`;
  screen.line('');
  screen.command(`lsdistcc ${words}`);
  screen.status('Asking every host for a test compile …');
  const { status, stdout, stderr } = await runLine(`lsdistcc ${words}`, stage);
  for (const line of stderr.toString().trim().split('\n')) {
    screen.verdict(line, /\]: up,/.test(line));
  }
  const list = stdout.toString().trim();
  if (status !== 0 || list === '') throw new NoHostsError('No host of the farm passed');
  screen.line(list);
  return list.replaceAll('\n', ' ');
}

/** A word as a shell takes it. */
function quote(word: string): string {
  return /^[\w=.,:%/-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
