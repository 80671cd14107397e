import fs from 'node:fs';
import path from 'node:path';
import { createPublicKey } from 'node:crypto';
import { codeOf, IoError } from '../errors/index.ts';
import { makeRequest } from './certificate-requests.ts';
import type { MachineWords } from './certificates.ts';
import { writeDurably } from './durable-files.ts';
import { exportKey, fingerprintOf, importKeys, makeKeys } from './keys.ts';

/** What a new machine shows to the owner of a farm. */
export interface NewRequest {
  /** PEM. */
  readonly request: string;
  readonly fingerprint: string;
}

/**
 * Make this machine's key, unless it has one, and a request to certify it. The key stays here.
 * @param folder - DISTCC_TLS_DIR
 * @throws {IoError} when the folder cannot be written to
 * @throws {ArgumentError} when the key that is there needs a passphrase
 */
export async function requestCertificate(
  folder: string,
  words: MachineWords,
  passphrase?: string,
): Promise<NewRequest> {
  const file = path.join(folder, 'key.pem');
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!fs.existsSync(file)) {
      const text = exportKey((await makeKeys()).privateKey, passphrase);
      writeDurably(folder, { name: 'key.pem', text, isSecret: true });
    }
  } catch (cause) {
    throw new IoError(`Cannot keep a key in "${folder}": ${codeOf(cause)}`, { cause });
  }
  const pem = fs.readFileSync(file, 'utf8');
  const request = await makeRequest(words, await importKeys(pem, passphrase));
  const secret = passphrase === undefined ? {} : { passphrase };
  return { request, fingerprint: fingerprintOf(createPublicKey({ key: pem, ...secret })) };
}
