import fs from 'node:fs';
import path from 'node:path';
import { ArgumentError, codeOf, IoError } from '../errors/index.ts';
import { certifyAuthority, listRevoked } from './certificates.ts';
import type { Issuer } from './certificates.ts';
import { listFinished, publishFolder, writeDurably } from './durable-files.ts';
import { exportKey, importKeys, makeKeys } from './keys.ts';

/** The names of an authority's files and folders. */
export const parts = {
  ca: 'ca.pem',
  key: 'ca-key.pem',
  revoked: 'revoked.pem',
  /** A certificate each, by serial number: all that were ever signed. */
  issuedFolder: 'issued',
  /** A date each, by serial number. */
  revokedFolder: 'revoked',
  /** A folder each, to be copied to the machine. */
  machinesFolder: 'machines',
} as const;

/** A farm's authority, with its key. */
export interface Authority extends Issuer {
  readonly folder: string;
}

/** How {@link initAuthority} makes one. */
export interface InitOptions {
  readonly days: number;
  /** Encrypts the key. */
  readonly passphrase?: string;
}

/**
 * Make an authority: a folder that is there whole or not at all.
 * @throws {ArgumentError} when the folder is there and not empty
 * @throws {IoError} when it cannot be made
 */
export async function initAuthority(folder: string, options: InitOptions): Promise<void> {
  const { days, passphrase } = options;
  if (fs.existsSync(folder) && listFinished(folder).length > 0) {
    throw new ArgumentError(`Cannot make a farm in "${folder}": it is there already`);
  }
  const keys = await makeKeys();
  const certificate = await certifyAuthority(keys, days);
  const files = [
    { name: parts.key, text: exportKey(keys.privateKey, passphrase), isSecret: true },
    { name: parts.ca, text: certificate },
    { name: parts.revoked, text: await listRevoked([], { certificate, keys }) },
  ];
  const subfolders = [parts.issuedFolder, parts.revokedFolder, parts.machinesFolder];
  publishFolder(folder, files, { isSecret: true, subfolders });
}

/**
 * Take an authority's key in hand.
 * @throws {IoError} when there is no farm in the folder
 * @throws {ArgumentError} when the key needs another passphrase
 */
export async function openAuthority(folder: string, passphrase?: string): Promise<Authority> {
  const certificate = readPart(folder, parts.ca);
  const keys = await importKeys(readPart(folder, parts.key), passphrase);
  return { folder, certificate, keys };
}

/**
 * A file of an authority.
 * @throws {IoError} when it cannot be read
 */
export function readPart(folder: string, name: string): string {
  const file = path.join(folder, name);
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (cause) {
    throw new IoError(`Cannot read "${file}": ${codeOf(cause)}; "farm init" makes a farm`, {
      cause,
    });
  }
}

/** The serial numbers that were revoked. */
export function readRevoked(folder: string): ReadonlySet<string> {
  return new Set(listFinished(path.join(folder, parts.revokedFolder)));
}

/**
 * Sign the list of the revoked anew, and give it. What is revoked is told by files of their own, so
 * nobody is forgotten who was revoked while another signed: the one who comes last signs for all.
 */
export async function signRevoked(authority: Authority): Promise<string> {
  const { folder } = authority;
  for (;;) {
    const serials = readRevoked(folder);
    const entries = [...serials].map((serial) => ({
      serial,
      revokedAt: new Date(readPart(folder, path.join(parts.revokedFolder, serial)).trim()),
    }));
    const text = await listRevoked(entries, authority);
    writeDurably(folder, { name: parts.revoked, text });
    if (readRevoked(folder).size === serials.size) return text;
  }
}
