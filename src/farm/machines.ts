import { X509Certificate } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { ArgumentError } from '../errors/index.ts';
import { parts, readPart, readRevoked, signRevoked } from './authority.ts';
import type { Authority } from './authority.ts';
import type { MachineRequest } from './certificate-requests.ts';
import { certify, nameOf } from './certificates.ts';
import type { MachineWords } from './certificates.ts';
import { listFinished, publishFolder, writeDurably } from './durable-files.ts';
import { exportKey, importPublicKey, makeKeys } from './keys.ts';
import { plainForm } from './machine-words.ts';

/** A certificate that was signed once. */
export interface Machine {
  /** Hexadecimal, lower case. */
  readonly serial: string;
  readonly name: string;
  readonly words: MachineWords;
  readonly validUntil: Date;
  readonly state: 'good' | 'expired' | 'revoked';
  readonly certificate: X509Certificate;
}

/** What becomes of a machine's key. */
interface Keys {
  /** To be certified. */
  readonly publicKey: CryptoKey;
  /** PEM, for a machine whose key is made here. */
  readonly privateKey?: string;
}

type CryptoKey = Parameters<typeof certify>[1];

/** Every certificate an authority signed, by name and date. */
export function listMachines(folder: string): Machine[] {
  readPart(folder, parts.ca); // says it when there is no farm
  const revoked = readRevoked(folder);
  return listFinished(path.join(folder, parts.issuedFolder))
    .map((file) => readMachine(readPart(folder, path.join(parts.issuedFolder, file)), revoked))
    .sort(
      (left, right) =>
        left.name.localeCompare(right.name, 'en', { numeric: true }) ||
        left.validUntil.getTime() - right.validUntil.getTime(),
    );
}

function readMachine(pem: string, revoked: ReadonlySet<string>): Machine {
  const certificate = new X509Certificate(pem);
  const serial = certificate.serialNumber.toLowerCase();
  const name = /(?:^|\n)CN=(.*)/.exec(certificate.subject)?.[1] ?? '';
  const validUntil = new Date(certificate.validTo);
  const isClient = certificate.keyUsage.includes('1.3.6.1.5.5.7.3.2');
  const alternatives = certificate.subjectAltName?.split(', ') ?? [];
  const names = alternatives.map((each) => plainForm(each.replace(/^(?:DNS|IP Address):/, '')));
  const isOver = validUntil.getTime() <= Date.now();
  const state = revoked.has(serial) ? 'revoked' : isOver ? 'expired' : 'good';
  const words = { names, ...(isClient && { client: name }) };
  return { serial, name, words, validUntil, state, certificate };
}

/**
 * Certify a machine with a key that is made here.
 * @returns the folder to copy to it
 * @throws {ArgumentError} when it is in the farm already
 */
export async function addMachine(
  authority: Authority,
  words: MachineWords,
  days: number,
): Promise<string> {
  const { privateKey, publicKey } = await makeKeys();
  return publish(authority, words, { publicKey, privateKey: exportKey(privateKey) }, days);
}

/**
 * Certify a machine that made its key itself.
 * @returns the folder to copy to it
 * @throws {ArgumentError} when it is in the farm already
 */
export async function approveMachine(
  authority: Authority,
  { words, publicKey }: MachineRequest,
  days: number,
): Promise<string> {
  return publish(authority, words, { publicKey: await importPublicKey(publicKey) }, days);
}

async function publish(
  authority: Authority,
  words: MachineWords,
  keys: Keys,
  days: number,
): Promise<string> {
  const name = nameOf(words);
  const folder = folderOf(authority, name);
  const isThere = fs.existsSync(folder);
  if (isThere && findGood(authority.folder, name).length > 0) {
    throw new ArgumentError(
      `Cannot add "${name}": it is in the farm; renew it, or revoke it first`,
    );
  }
  const files = await makeFiles(authority, words, keys, days);
  if (isThere) fs.rmSync(folder, { recursive: true });
  publishFolder(folder, files);
  return folder;
}

/** On record first: what could be in somebody's hands can be revoked. */
async function makeFiles(
  authority: Authority,
  words: MachineWords,
  { publicKey, privateKey }: Keys,
  days: number,
) {
  const revoked = await signRevoked(authority);
  const text = await certify(words, publicKey, authority, days);
  const name = `${new X509Certificate(text).serialNumber.toLowerCase()}.pem`;
  writeDurably(path.join(authority.folder, parts.issuedFolder), { name, text });
  return [
    { name: 'ca.pem', text: authority.certificate },
    { name: 'cert.pem', text },
    { name: 'revoked.pem', text: revoked },
    ...(privateKey === undefined ? [] : [{ name: 'key.pem', text: privateKey, isSecret: true }]),
  ];
}

/**
 * Certify a machine's key once more, with the same names.
 * @returns the folder to copy to it; its key is as it was
 * @throws {ArgumentError} when there is no such machine
 */
export async function renewMachine(
  authority: Authority,
  name: string,
  days: number,
): Promise<string> {
  const { folder: farm } = authority;
  const last = listMachines(farm).findLast(
    (each) => each.name === name && each.state !== 'revoked',
  );
  if (last === undefined) throw unknown(name);
  const publicKey = await importPublicKey(last.certificate.publicKey);
  const files = await makeFiles(authority, last.words, { publicKey }, days);
  const folder = folderOf(authority, name);
  if (!fs.existsSync(folder)) publishFolder(folder, files);
  else for (const file of files) writeDurably(folder, file);
  return folder;
}

/**
 * Take a machine's certificates back.
 * @param which - a name, or one serial number
 * @returns how many there were
 * @throws {ArgumentError} when there is none to take back
 */
export async function revokeMachine(authority: Authority, which: string): Promise<number> {
  const { folder } = authority;
  const good = findGood(folder, which);
  const isKnown = listMachines(folder).some((each) => isMeant(each, which));
  if (!isKnown) throw unknown(which);
  for (const { serial: name } of good) {
    const text = `${new Date().toISOString()}\n`;
    writeDurably(path.join(folder, parts.revokedFolder), { name, text });
  }
  await signRevoked(authority); // also where somebody died before this
  for (const { name } of good) {
    if (findGood(folder, name).length > 0) continue;
    fs.rmSync(folderOf(authority, name), { recursive: true, force: true });
  }
  return good.length;
}

function findGood(folder: string, which: string): Machine[] {
  return listMachines(folder).filter((each) => isMeant(each, which) && each.state === 'good');
}

function isMeant({ name, serial }: Machine, which: string): boolean {
  return name === which || serial === which.toLowerCase();
}

function folderOf({ folder }: Authority, name: string): string {
  return path.join(folder, parts.machinesFolder, name);
}

function unknown(name: string): ArgumentError {
  return new ArgumentError(`Cannot find "${name}" in the farm: "farm list" shows who is`);
}
