import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { objectFault } from '../../src/client/check-object.ts';
import { scanCommand } from '../../src/compiler/index.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { makeProject } from '../helpers/make-project.ts';
import { runCli } from '../helpers/run.ts';
import { startFakeDistccd } from '../helpers/start-fake-distccd.ts';
import { startServer } from '../server/start-server.ts';

const FOR_AARCH64 = 183;

/** An object of the gcc here; its header says that it is for another machine. */
async function makeObject(t: ExecutionContext, machine?: number): Promise<Buffer> {
  const file = path.join(await makeFolder(t), 'x.o');
  execFileSync('gcc', ['-xc', '-c', '-', '-o', file], { input: 'int a;\n' });
  const object = await readFile(file);
  if (machine !== undefined) object.writeUInt16LE(machine, 18);
  return object;
}

async function faultOf(object: Uint8Array, command: string): Promise<string | undefined> {
  const scan = scanCommand(command.split(' '));
  if (scan.kind === 'local') throw new TypeError(scan.reason);
  return objectFault(object, scan, { env: process.env, signal: new AbortController().signal });
}

const [MACHINE, ARM] = [undefined, FOR_AARCH64];

for (const [command, machine, wanted] of [
  ['gcc -c a.c', MACHINE, undefined],
  ['clang -c a.c', MACHINE, undefined],
  ['aarch64-linux-gnu-gcc -c a.c', ARM, undefined],
  ['aarch64-linux-gnu-gcc -c a.c', MACHINE, /is for x86_64, .* compiles for aarch64$/],
  ['gcc -c a.c', ARM, /is for aarch64, and the gcc here compiles for x86_64$/],
  ['clang --target=aarch64-linux-gnu -c a.c', ARM, undefined],
  ['gcc -m32 -c a.c', MACHINE, undefined],
  ['no-such-gcc -c a.i', ARM, undefined],
  ['gcc -S a.c', ARM, undefined],
] as const) {
  const which = machine === ARM ? 'an object for aarch64' : 'an object for this machine';
  test(`objectFault() of ${which}, by ${command}: ${String(wanted)}`, async (t) => {
    const fault = await faultOf(await makeObject(t, machine), command);
    if (wanted === undefined) t.is(fault, undefined);
    else t.regex(fault ?? '', wanted);
  });
}

test('objectFault() takes a text for no object, but where assembly is wanted', async (t) => {
  const bytes = Buffer.from('<html>');
  t.is(await faultOf(bytes, 'gcc -c a.c'), 'what it sent is no object file');
  t.is(await faultOf(bytes, 'gcc -S a.c'), undefined);
});

for (const [title, reason, make] of [
  ['an object for another machine', /for aarch64, and/, (t) => makeObject(t, FOR_AARCH64)],
  ['a text', /is no object file/, () => Promise.resolve(Buffer.from('<html>'))],
] as readonly (readonly [string, RegExp, (t: ExecutionContext) => Promise<Buffer>])[]) {
  test(`distcc leaves a host alone that sends ${title}; the next one compiles`, async (t) => {
    const object = await make(t);
    let jobs = 0;
    const bad = await startFakeDistccd(t, async ({ socket, request, response }) => {
      jobs += 1;
      await request();
      socket.end(response({ object }));
    });
    const good = await startServer(t);
    const cwd = await makeProject(t);
    const compile = async (hosts: string, log: string): Promise<string> => {
      const file = path.join(cwd, log);
      const env = { DISTCC_HOSTS: hosts, DISTCC_BROKER: '0', DISTCC_LOG: file, DISTCC_DIR: cwd };
      const result = await runCli(t, 'distcc', ['gcc', '-c', 'a.c'], { cwd, env });
      t.deepEqual([result.code, result.stderr], [0, '']);
      return readFile(file, 'utf8');
    };
    const first = await compile(`127.0.0.1:${bad.port}`, 'first');
    t.regex(first, reason);
    const both = `127.0.0.1:${bad.port}/100 127.0.0.1:${good.port}/1`;
    t.regex(await compile(both, 'second'), /compiled on 127/);
    t.is(jobs, 1);
  });
}
