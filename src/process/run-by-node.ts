import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { IoError } from '../errors/index.ts';
import { endOnAbort, waitStatus } from './child-end.ts';
import { moreStdio } from './more-descriptors.ts';
import type { ChildResult, RunOptions } from './run-child.ts';

/**
 * {@link runChild} through node:child_process.
 * @throws {IoError} when the child writes too much
 * @throws what the system says when the program cannot be started
 */
export async function runByNode(
  program: string,
  args: readonly string[],
  options: RunOptions,
): Promise<ChildResult> {
  const child = start(program, args, options);
  const stop = endOnAbort(options, (signal) => {
    // What the child itself started may hold its pipes open for longer than it lives.
    child.once('exit', () => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    });
    killChild(child, signal, options);
  });
  try {
    return await collect(child, options);
  } finally {
    stop();
  }
}

function start(program: string, args: readonly string[], options: RunOptions): ChildProcess {
  const { env, cwd, stdin = 'ignore', stdout, stderr, ownGroup = false } = options;
  const stdio = [stdin, stdout, stderr, ...moreStdio(options.descriptors)];
  return spawn(program, args, {
    ...{ env, stdio, detached: ownGroup },
    ...(cwd === undefined ? {} : { cwd }),
  });
}

function collect(child: ChildProcess, options: RunOptions): Promise<ChildResult> {
  const { maxOutputBytes = Infinity, ownGroup = false } = options;
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let outputBytes = 0;
  const keep = (chunks: Buffer[]) => (chunk: Buffer) => {
    outputBytes += chunk.length;
    if (outputBytes <= maxOutputBytes) chunks.push(chunk);
    else killChild(child, 'SIGKILL', options);
  };
  child.stdout?.on('data', keep(stdout));
  child.stderr?.on('data', keep(stderr));
  return new Promise((resolve, reject) => {
    child.on('error', (cause) => {
      if (child.pid === undefined) reject(cause);
    });
    // What the child left running would hold its pipes open: the group goes with its leader.
    child.on('exit', () => {
      if (ownGroup) killChild(child, 'SIGKILL', options);
    });
    child.on('close', (code, signal) => {
      if (outputBytes > maxOutputBytes) {
        reject(new IoError(`The compiler wrote more than ${maxOutputBytes} bytes of messages`));
      }
      const output = { stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) };
      resolve({ status: waitStatus(code, signal), ...output });
    });
  });
}

function killChild(child: ChildProcess, signal: NodeJS.Signals, options: RunOptions): void {
  if (child.pid === undefined) return;
  try {
    process.kill(options.ownGroup === true ? -child.pid : child.pid, signal);
  } catch {
    // it is gone already, which is what we want
  }
}
