import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { openScratchFile, runChild } from '../../src/process/index.ts';
import { makeFolder } from '../helpers/make-folder.ts';

const { signal } = new AbortController();
const writeOutUrl = new URL('../../src/process/write-out.js', import.meta.url).href;

/** Temporary files go there until the test is over. */
function useTempFolder(t: ExecutionContext, folder: string): void {
  const before = process.env['TMPDIR'];
  t.teardown(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  });
  process.env['TMPDIR'] = folder;
}

test.serial('openScratchFile() makes no name that a kill could leave, where it can', async (t) => {
  const folder = await mkdtemp('/dev/shm/lsdistcc-test-'); // a tmpfs can
  t.teardown(() => rm(folder, { recursive: true }));
  useTempFolder(t, folder);
  const before = await stat(folder, { bigint: true });
  using scratch = openScratchFile();
  t.not(scratch, undefined);
  t.is((await stat(folder, { bigint: true })).mtimeNs, before.mtimeNs);
});

test.serial('openScratchFile() keeps all that a child writes, under no name', async (t) => {
  const folder = await makeFolder(t);
  useTempFolder(t, folder);
  using scratch = openScratchFile();
  t.deepEqual(await readdir(folder), []);
  const words = ['-c', 'head -c 300000 /dev/zero; echo end'];
  await runChild('sh', words, {
    stdout: scratch?.descriptor ?? 'pipe',
    ...{ stderr: 'pipe', env: process.env, signal },
  });
  const bytes = Buffer.from(scratch?.read() ?? []);
  t.is(bytes.length, 300_004);
  t.is(bytes.subarray(-4).toString(), 'end\n');
  process.env['TMPDIR'] = `${folder}/none`;
  t.is(openScratchFile(), undefined);
});

test('writeOut() writes all of it into a slow pipe that does not block', async (t) => {
  // A program that never reads at first; O_NONBLOCK is on the pipe, which both share.
  const script = `
    import { writeOut } from '${writeOutUrl}';
    writeOut(1, new Uint8Array(1_000_000).fill(120));
    writeOut(1, 'end');
    process.exit(0);
  `;
  const unblock = `import os, sys; os.set_blocking(1, False); os.execvp(sys.argv[1], sys.argv[1:])`;
  const words = ['-c', unblock, process.execPath, '--input-type=module', '-e', script];
  const child = spawn('python3', words, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => setTimeout(resolve, 100));
  const [[code], output] = await Promise.all([
    once(child, 'close') as Promise<[number]>,
    text(child.stdout),
  ]);
  t.is(code, 0);
  t.is(output.length, 1_000_003);
  t.true(output.endsWith('xend'));
});

test('writeOut() gives up where nobody reads', async (t) => {
  const script = `
    import { writeOut } from '${writeOutUrl}';
    writeOut(1, 'x'.repeat(1_000_000));
    process.exit(3);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.destroy();
  const [code] = (await once(child, 'close')) as [number];
  t.is(code, 3);
});
