import fs from 'node:fs';

/** The major number of /dev/null and its kin. */
const MEMORY_DEVICES = 1;

/** Whether a descriptor is a terminal. node:tty knows, and costs the executable as much as the rest of its start. */
export function isTerminal(descriptor: number): boolean {
  try {
    const stats = fs.fstatSync(descriptor);
    return stats.isCharacterDevice() && majorOf(stats.rdev) !== MEMORY_DEVICES;
  } catch {
    return false; // it is closed
  }
}

function majorOf(device: number): number {
  return (device >> 8) & 0xfff;
}
