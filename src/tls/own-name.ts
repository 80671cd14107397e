import fs from 'node:fs';
import path from 'node:path';
import { tlsFiles, tlsFolder } from './identity.ts';

/**
 * The first name or address that this machine's certificate has: by that others know it, however they
 * found it.
 * @returns undefined when there is none, or no certificate
 */
export function ownName(env: NodeJS.ProcessEnv): string | undefined {
  try {
    const file = path.join(tlsFolder(env), tlsFiles.cert);
    const { X509Certificate } = process.getBuiltinModule('node:crypto');
    const { subjectAltName = '' } = new X509Certificate(fs.readFileSync(file));
    return /(?:DNS|IP Address):([^,\s]+)/.exec(subjectAltName)?.[1];
  } catch {
    return undefined;
  }
}
