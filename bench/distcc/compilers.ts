import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { BenchNeedError } from '../bench.ts';

/** A compiler that compiles nothing: what remains is the client's own work. */
const SOURCE = `
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
static const char object[1000] = "\\177ELF\\2\\1\\1";
int main(int argc, char **argv) {
  const char *out = 0;
  for (int at = 1; at < argc; at++) {
    if (!strcmp(argv[at], "-E")) {
      if (REAL_CPP) { argv[0] = "g++"; execvp("g++", argv); return 1; }
      return puts("int small;") < 0;
    }
    if (!strcmp(argv[at], "-o") && at + 1 < argc) out = argv[at + 1];
  }
  if (!out) return 1;
  usleep(WAIT_US);
  int file = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  return write(file, object, sizeof object) != sizeof object;
}
`;

/** What stands in for a compiler, and how long it takes. */
const variants = {
  'instant-cc': ['-DREAL_CPP=0', '-DWAIT_US=0'],
  'slow-cc': ['-DREAL_CPP=0', '-DWAIT_US=1100000'],
  'slow-cxx': ['-DREAL_CPP=1', '-DWAIT_US=300000'],
} as const;

/**
 * Make `instant-cc`, `slow-cc` (1.1 s) and `slow-cxx` (0.3 s, with g++'s preprocessor).
 * @returns their paths
 * @throws {BenchNeedError} when there is no gcc
 */
export function makeCompilers(folder: string): string[] {
  return Object.entries(variants).map(([name, defines]) => {
    const file = path.join(folder, name);
    try {
      execFileSync('gcc', ['-O2', ...defines, '-x', 'c', '-', '-o', file], { input: SOURCE });
    } catch (cause) {
      throw new BenchNeedError('Needs gcc and g++', { cause });
    }
    fs.chmodSync(file, 0o755);
    return file;
  });
}

/** Sources to compile, by name. */
export const sources = {
  'small.c': 'int twice(int value) { return 2 * value; }\n',
  'hello.cc': '#include <iostream>\nint main() { std::cout << "Hello, " << 42 << std::endl; }\n',
} as const;

/** Put the sources into a folder. */
export function writeSources(folder: string): void {
  for (const [name, text] of Object.entries(sources)) {
    fs.writeFileSync(path.join(folder, name), text);
  }
}
