import fs from 'node:fs';

/** open(2), as /proc/PID/fdinfo shows it. */
const O_CLOEXEC = 0o2000000;

/**
 * Close what this process was handed beside its standard streams: a pipe of a shell, make's job server.
 * What outlives the build that started it must not hold them. Our own descriptors have the mark that no
 * program run by us gets them. Does nothing where there is no /proc.
 */
export function closeInherited(): void {
  if (process.platform !== 'linux') return;
  for (const descriptor of fs.readdirSync('/proc/self/fd').map(Number)) {
    if (descriptor > 2 && !isOurs(descriptor)) fs.closeSync(descriptor);
  }
}

function isOurs(descriptor: number): boolean {
  try {
    const info = fs.readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8');
    const [, flags = ''] = /^flags:\s*([0-7]+)$/m.exec(info) ?? [];
    return (Number.parseInt(flags, 8) & O_CLOEXEC) !== 0;
  } catch {
    return true; // the one by which the folder was read
  }
}
