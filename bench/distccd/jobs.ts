import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { encodeRequest } from '../../src/protocol/index.ts';
import { BenchNeedError } from '../bench.ts';

/** A compilation that is asked for again and again. */
export interface Job {
  readonly name: string;
  /** The whole conversation of a client, in protocol 1: no daemon is measured at LZO. */
  readonly request: Buffer;
}

/** A compiler that takes no time: what remains is the daemon's own. Its object is 1000 bytes. */
const INSTANT = `
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
static const char object[1000] = "\\177ELF";
int main(int argc, char **argv) {
  for (int at = 1; at + 1 < argc; at++)
    if (!strcmp(argv[at], "-o")) {
      int file = open(argv[at + 1], O_WRONLY | O_CREAT | O_TRUNC, 0600);
      return write(file, object, sizeof object) != sizeof object;
    }
  return 1;
}
`;

const SMALL_C = '# 1 "small.c"\nint twice(int value) { return 2 * value; }\n';

/** Its headers are a megabyte of text. */
const IOSTREAM = '#include <iostream>\nint main() { std::cout << "Hello, " << 42 << std::endl; }\n';

/**
 * Make the instant compiler.
 * @returns its path
 * @throws {BenchNeedError} when there is no gcc
 */
export function makeInstantCompiler(folder: string): string {
  const file = path.join(folder, 'instant-cc');
  runGcc(['-O2', '-static', '-x', 'c', '-', '-o', file], INSTANT);
  fs.chmodSync(file, 0o755);
  return file;
}

/** The jobs to measure, the cheapest first. @throws {BenchNeedError} when there is no g++ */
export function makeJobs(instant: string): Record<'instant' | 'c' | 'c++', Job> {
  const text = runGcc(['-E', '-x', 'c++', '-'], IOSTREAM);
  return {
    instant: jobOf('instant', [path.basename(instant), '-c', 'a.c', '-o', 'a.o'], SMALL_C),
    c: jobOf('gcc, small C', ['gcc', '-O2', '-c', 'small.c', '-o', 'small.o'], SMALL_C),
    'c++': jobOf('g++, <iostream>', ['g++', '-c', 'hello.cc', '-o', 'hello.o'], text),
  };
}

/** One job of protocol 1. */
export function jobOf(name: string, args: readonly string[], source: string): Job {
  const bytes = new TextEncoder().encode(source);
  return { name, request: Buffer.concat(encodeRequest({ version: 1, args, source: bytes })) };
}

function runGcc(args: readonly string[], input: string): string {
  try {
    return execFileSync('gcc', args, { input, encoding: 'utf8', maxBuffer: 2 ** 26 });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new BenchNeedError(`Needs gcc and g++: ${reason ?? ''}`);
  }
}
