import fs from 'node:fs';
import path from 'node:path';
import { codeOf, IoError } from '../errors/index.ts';
import { distccFolder, sha256 } from '../process/index.ts';
import { contextOf } from './context.ts';

/** The files of a TLS folder, all PEM (docs/farm.md). */
export const tlsFiles = {
  /** Whom we believe: one authority or more. */
  ca: 'ca.pem',
  /** Who we are; intermediate authorities behind it. */
  cert: 'cert.pem',
  key: 'key.pem',
  /** Whom the authority took its word back from; need not be there. */
  revoked: 'revoked.pem',
} as const;

/** What a machine proves itself with, and what it believes. */
export interface Identity {
  readonly folder: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly passphrase?: string;
  readonly revoked?: string;
  /** Of all that the trust in another depends on: what was proved under one digest says nothing of another. */
  readonly digest: string;
}

/** The folder of the whole machine, looked at last. */
const SYSTEM_FOLDER = '/etc/distcc/tls';

/** `$DISTCC_TLS_DIR`, else `$DISTCC_DIR/tls`, else the machine's, where only that is there. */
export function tlsFolder(env: NodeJS.ProcessEnv): string {
  const { DISTCC_TLS_DIR: folder = '' } = env;
  if (folder !== '') return folder;
  const own = path.join(distccFolder(env), 'tls');
  return !fs.existsSync(own) && fs.existsSync(SYSTEM_FOLDER) ? SYSTEM_FOLDER : own;
}

/**
 * Read this machine's certificate, its key and whom it believes. The key's passphrase is the first line
 * of `$DISTCC_TLS_PASSPHRASE_FILE`.
 * @param known - read earlier: its key stands in where root's powers read it and are gone
 * @throws {IoError} when a file other than the list of the revoked cannot be read
 */
export function readIdentity(env: NodeJS.ProcessEnv, known?: Identity): Identity {
  const folder = tlsFolder(env);
  const ca = readFile(folder, 'ca');
  const cert = readFile(folder, 'cert');
  const key = readFile(folder, 'key', known?.key);
  const revoked = readRevoked(folder, known);
  const passphrase = known?.passphrase ?? readPassphrase(env);
  const texts = [ca, cert, revoked ?? ''].map((text) => `${text.length}:${text}`);
  return {
    ...{ folder, ca, cert, key, digest: sha256(...texts) },
    ...(revoked !== undefined && { revoked }),
    ...(passphrase !== undefined && { passphrase }),
  };
}

/**
 * As {@link readIdentity}, and see that the files make sense together.
 * @throws {IoError} when they do not
 */
export function loadIdentity(env: NodeJS.ProcessEnv, known?: Identity): Identity {
  const identity = readIdentity(env, known);
  contextOf(identity);
  return identity;
}

function readFile(folder: string, name: keyof typeof tlsFiles, known?: string): string {
  const file = path.join(folder, tlsFiles[name]);
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (cause) {
    if (known !== undefined && codeOf(cause) === 'EACCES') return known;
    throw new IoError(`Cannot read "${file}", which TLS needs: ${codeOf(cause)}`, { cause });
  }
}

/** A list that was there does not become "nobody" because somebody is just replacing it. */
function readRevoked(folder: string, known: Identity | undefined): string | undefined {
  const isThere = fs.existsSync(path.join(folder, tlsFiles.revoked));
  if (!isThere && known?.revoked === undefined) return undefined;
  return readFile(folder, 'revoked');
}

function readPassphrase(env: NodeJS.ProcessEnv): string | undefined {
  const { DISTCC_TLS_PASSPHRASE_FILE: file = '' } = env;
  if (file === '') return undefined;
  try {
    return fs.readFileSync(file, 'utf8').split('\n', 1)[0]?.trimEnd() ?? '';
  } catch (cause) {
    throw new IoError(`Cannot read the passphrase in "${file}": ${codeOf(cause)}`, { cause });
  }
}
