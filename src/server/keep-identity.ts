import fs from 'node:fs';
import path from 'node:path';
import { DistccError } from '../errors/index.ts';
import { loadIdentity, tlsFiles } from '../tls/index.ts';
import type { Identity } from '../tls/index.ts';

/**
 * Read an identity, and read it again when one of its files has changed: a renewed certificate or a
 * longer list of the revoked counts for the next connection. New files that are no good leave the old.
 * @param onFailure - called with one line, once for each change that is no good
 * @returns gives what counts now: the same object while nothing changes
 * @throws {IoError} when the files are no good at the start
 */
export function keepIdentity(
  env: NodeJS.ProcessEnv,
  onFailure: (message: string) => void,
): () => Identity {
  let identity = loadIdentity(env);
  let seen = signatureOf(identity.folder);
  return () => {
    const signature = signatureOf(identity.folder);
    if (signature === seen) return identity;
    seen = signature;
    try {
      identity = loadIdentity(env, identity);
    } catch (error) {
      if (!(error instanceof DistccError)) throw error;
      onFailure(`${error.message}: what was read before goes on`);
    }
    return identity;
  };
}

/** Four looks at four files cost less than a tenth of a handshake. */
function signatureOf(folder: string): string {
  return Object.values(tlsFiles)
    .map((name) => {
      try {
        const { mtimeMs, size, ino } = fs.statSync(path.join(folder, name));
        return `${mtimeMs} ${size} ${ino}`;
      } catch {
        return '-';
      }
    })
    .join();
}
