import fs from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { ArgumentError, codeOf, IoError } from '../errors/index.ts';
import {
  addMachine,
  approveMachine,
  checkWords,
  fingerprintOf,
  initAuthority,
  listMachines,
  nameOf,
  openAuthority,
  readRequest,
  renewMachine,
  requestCertificate,
  revokeMachine,
} from '../farm/index.ts';
import type { Authority, Machine, MachineWords } from '../farm/index.ts';
import { distccFolder } from '../process/index.ts';
import { tlsFolder } from '../tls/index.ts';
import { parseCommandLine } from './command-line.ts';
import type { CommandLine } from './command-line.ts';
import { confirm } from './confirm-request.ts';
import { farmProgram } from './farm-program.ts';
import type { FarmCommand } from './farm-program.ts';

/** What one command works with. */
interface Context {
  readonly line: CommandLine;
  /** The words after the command. */
  readonly words: readonly string[];
  /** The authority's folder. */
  readonly farm: string;
  readonly passphrase?: string;
  readonly days: number;
  readonly signal: AbortSignal;
}

/**
 * Run `lsdistcc farm …`.
 * @param argv - the words after `farm`
 * @throws {ArgumentError} on wrong usage, or a machine that is unknown or there already
 */
export async function runFarm(
  command: FarmCommand,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const line = parseCommandLine(farmProgram, argv);
  if (line.has('help')) {
    line.help();
    return;
  }
  const farm = line.text('farm') ?? path.join(distccFolder(process.env), 'farm');
  const passphrase = readPassphrase(line.text('passphrase-file'));
  const days = line.integer('days', {
    fallback: command === 'init' ? 3650 : 365,
    ...{ min: 1, max: 36_500 },
  });
  const secret = passphrase === undefined ? {} : { passphrase };
  await commands[command]({ line, words: line.words, farm, days, signal, ...secret });
}

const commands = {
  init: async ({ words, farm, days, passphrase }) => {
    if (words.length > 1) throw new ArgumentError('Too many words: want one folder');
    const folder = words[0] ?? farm;
    const secret = passphrase === undefined ? {} : { passphrase };
    await initAuthority(folder, { days, ...secret });
    say(
      `${folder} is a farm's authority now: keep it on this machine, and a copy where it is safe`,
    );
  },
  add: async (context) => {
    const machine = readWords(context);
    const folder = await addMachine(await open(context), machine, context.days);
    tellFolder(folder, machine, 'as its TLS folder (~/.distcc/tls)');
  },
  list: ({ farm }) => {
    for (const machine of listMachines(farm)) process.stdout.write(renderMachine(machine));
    return Promise.resolve();
  },
  revoke: async (context) => {
    const authority = await open(context);
    for (const word of wanted(context)) {
      const count = await revokeMachine(authority, word);
      say(`${word}: ${count} certificates revoked`);
    }
    process.stdout.write(`${path.join(context.farm, 'revoked.pem')}\n`);
    say('Copy that file into the TLS folder of every machine: it counts there from then on');
  },
  renew: async (context) => {
    const authority = await open(context);
    for (const word of wanted(context)) {
      const folder = await renewMachine(authority, word, context.days);
      process.stdout.write(`${folder}\n`);
      say(`Copy its cert.pem into the TLS folder of ${word}`);
    }
  },
  request: async (context) => {
    const machine = readWords(context);
    const { passphrase } = context;
    const made = await requestCertificate(tlsFolder(process.env), machine, passphrase);
    process.stdout.write(made.request);
    say(`Fingerprint: ${made.fingerprint}`);
  },
  approve: async (context) => {
    const [file = '', ...more] = wanted(context);
    if (more.length > 0) throw new ArgumentError('Too many words: want one file, or "-"');
    const request = await readRequest(await readInput(file));
    const machine = checkWords(request.words);
    await confirm(machine, fingerprintOf(request.publicKey), {
      given: context.line.text('fingerprint'),
      signal: context.signal,
    });
    const folder = await approveMachine(await open(context), request, context.days);
    tellFolder(folder, machine, 'into its TLS folder, beside its key');
  },
} satisfies Record<FarmCommand, (context: Context) => Promise<void>>;

function open({ farm, passphrase }: Context): Promise<Authority> {
  return openAuthority(farm, passphrase);
}

function readWords({ line, words }: Context): MachineWords {
  const client = line.text('client');
  return checkWords({ names: words, ...(client !== undefined && { client }) });
}

function wanted({ words }: Context): readonly string[] {
  if (words.length > 0) return words;
  throw new ArgumentError('No word: want a machine of the farm; see lsdistcc farm list');
}

function tellFolder(folder: string, machine: MachineWords, where: string): void {
  process.stdout.write(`${folder}\n`);
  say(`Copy that folder to ${nameOf(machine)} ${where}, and delete it here`);
}

/** Tab-separated: name, what for, names and addresses, last day, state, serial number. */
function renderMachine({ name, words, validUntil, state, serial }: Machine): string {
  const uses = [
    ...(words.names.length > 0 ? ['server'] : []),
    ...(words.client === undefined ? [] : ['client']),
  ];
  const names = words.names.join(',') || '-';
  const day = validUntil.toISOString().slice(0, 10);
  return `${[name, uses.join('+'), names, day, state, serial].join('\t')}\n`;
}

async function readInput(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  return readFile(file);
}

function readPassphrase(file: string | undefined): string | undefined {
  return file === undefined ? undefined : (readFile(file).split('\n', 1)[0] ?? '').trimEnd();
}

function readFile(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (cause) {
    throw new IoError(`Cannot read "${file}": ${codeOf(cause)}`, { cause });
  }
}

/** Standard output carries paths and requests for scripts; what a person is told goes beside it. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
