import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** What a Unix socket's name may have (unix(7): 108 bytes with the zero at its end). */
const MAX_SOCKET_PATH_BYTES = 107;

/** Raised when client and broker would not understand each other. */
const PROTOCOL = 2;

/**
 * Where the broker listens: a folder of its own in `$DISTCC_DIR`. A home may be shared by many machines,
 * so the socket has the name of this one.
 */
export function brokerFolder(folder: string): string {
  return path.join(folder, 'broker');
}

/** The socket's name in {@link brokerFolder}. */
export function socketName(): string {
  return `${os.hostname().slice(0, 40)}-${PROTOCOL}`;
}

/**
 * A path to a file of a folder that is short enough for a socket, however deep the folder is.
 * @returns undefined where the system has no way to shorten it
 */
export function shortPath(folder: string, name: string): string | undefined {
  const plain = path.join(folder, name);
  if (Buffer.byteLength(plain) <= MAX_SOCKET_PATH_BYTES) return plain;
  if (process.platform !== 'linux') return undefined;
  // Open for as long as this process lives: a client is short, and a broker has one folder.
  return `/proc/self/fd/${fs.openSync(folder, fs.constants.O_RDONLY)}/${name}`;
}

/** Whether a folder is there, is this user's own, and nobody else may enter it. */
export function isPrivate(folder: string): boolean {
  try {
    const { uid, mode } = fs.lstatSync(folder);
    return uid === process.getuid?.() && (mode & 0o77) === 0;
  } catch {
    return false;
  }
}
