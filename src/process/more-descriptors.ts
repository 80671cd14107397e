import fs from 'node:fs';

/**
 * The descriptors, beside the standard ones, that a command means to have: those that its words name, as
 * a shell's `<(…)` does, and make's job server, which the linker asks for `-flto`. Neither Node nor Bun
 * hands on any by itself.
 */
export function moreDescriptors(words: readonly string[], env: NodeJS.ProcessEnv): number[] {
  const named = words.flatMap((word) => /\/(?:dev|proc\/self)\/fd\/(\d+)/.exec(word)?.[1] ?? []);
  const isWanted = (descriptor: number): boolean =>
    descriptor > 2 && flagsOf(descriptor) !== undefined;
  return [...named.map(Number).filter(isWanted), ...jobServer(env['MAKEFLAGS'] ?? '')];
}

const O_NONBLOCK = 0o4000;

/**
 * Both ends of make's pipe. make hands them on only where a rule begins with `+`; then a pipe of our own may
 * have their numbers. None of ours waits at one end and does not at the other, as make's does.
 */
function jobServer(makeFlags: string): number[] {
  const [, ...ends] = /--jobserver-(?:auth|fds)=(\d+),(\d+)/.exec(makeFlags) ?? [];
  const numbers = ends.map(Number);
  const [reader, writer] = numbers.map(flagsOf);
  const isThere = reader !== undefined && writer !== undefined;
  return isThere && (reader & O_NONBLOCK) !== 0 && (writer & O_NONBLOCK) === 0 ? numbers : [];
}

/** What open(2) and fcntl(2) set; undefined where it is not open, or there is no /proc. */
function flagsOf(descriptor: number): number | undefined {
  try {
    const info = fs.readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8');
    return Number.parseInt(/^flags:\s*([0-7]+)$/m.exec(info)?.[1] ?? '', 8);
  } catch {
    return undefined;
  }
}

/** What stands behind standard error in a child's `stdio`, for it to get these by the same numbers. */
export function moreStdio(descriptors: readonly number[] = []): ('ignore' | number)[] {
  const last = Math.max(2, ...descriptors);
  const numbers = Array.from({ length: last - 2 }, (_, index) => index + 3);
  return numbers.map((number) => (descriptors.includes(number) ? number : 'ignore'));
}
