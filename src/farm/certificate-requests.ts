import 'reflect-metadata'; // the library's own parts find each other by it
import { createPublicKey, KeyObject, webcrypto } from 'node:crypto';
import {
  ExtendedKeyUsageExtension,
  Pkcs10CertificateRequest,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
} from '@peculiar/x509';
import { ArgumentError } from '../errors/index.ts';
import { extensionsOf, nameOf, toPem, USAGES } from './certificates.ts';
import type { MachineWords } from './certificates.ts';
import { KEY_ALGORITHM } from './keys.ts';

/** What a machine asks an authority to certify, as PEM. */
export async function makeRequest(
  words: MachineWords,
  keys: webcrypto.CryptoKeyPair,
): Promise<string> {
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [nameOf(words)] }],
    keys,
    signingAlgorithm: KEY_ALGORITHM,
    extensions: extensionsOf(words),
  });
  return toPem(request);
}

/** A request that was read: whoever made it has the key, and no more is proved. */
export interface MachineRequest {
  readonly words: MachineWords;
  readonly publicKey: KeyObject;
}

/** @throws {ArgumentError} when the text is no request, or its signature is not its own key's */
export async function readRequest(pem: string): Promise<MachineRequest> {
  const request = parseRequest(pem);
  if (!(await request.verify())) {
    throw new ArgumentError('Cannot take the request: its signature is wrong');
  }
  const publicKey = createPublicKey({
    key: Buffer.from(request.publicKey.rawData),
    type: 'spki',
    format: 'der',
  });
  const names = request.extensions.find((each) => each instanceof SubjectAlternativeNameExtension);
  const usage = request.extensions.find((each) => each instanceof ExtendedKeyUsageExtension);
  const [client = ''] = request.subjectName.getField('CN');
  const isClient = usage?.usages.includes(USAGES.client) === true;
  return {
    publicKey,
    words: {
      names: names?.names.items.map(({ value }) => value) ?? [],
      ...(isClient && { client }),
    },
  };
}

function parseRequest(pem: string): Pkcs10CertificateRequest {
  try {
    return new Pkcs10CertificateRequest(pem);
  } catch (cause) {
    throw new ArgumentError('Cannot read the request: want what "farm request" prints', { cause });
  }
}
