import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { findFreePort } from '../helpers/free-port.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { baseEnvironment, killGroup, run } from '../helpers/run.ts';
import { waitForPort } from '../helpers/start-daemon.ts';
import { waitUntil } from '../helpers/wait-until.ts';
import { send } from '../server/start-server.ts';
import { readDockerfile, wordsOf } from './read-dockerfile.ts';
import type { Instruction } from './read-dockerfile.ts';
import { root } from './root.ts';
import { exampleFile } from './run-example.ts';

// No container is built: there is no registry and no Docker here. What can be tried without is done as
// the instructions say, in two folders: what is copied, compiled, linked, started and asked.

const instructions = readDockerfile('docker/Dockerfile');
const [BUILD, FINAL] = [0, 1];
const NOBODY = 65534;

function textsOf(stage: number, name: string): string[] {
  const found = instructions.filter((one: Instruction) => one.stage === stage && one.name === name);
  return found.map(({ text }) => text);
}

/** What a stage copies: from where, to where. */
function copiesOf(stage: number): { from: string; to: string }[] {
  return textsOf(stage, 'COPY').flatMap((text) => {
    const words = text.split(' ').filter((word) => !word.startsWith('--'));
    const to = words.pop() ?? '';
    return words.map((from) => ({ from, to: to.endsWith('/') ? to + path.basename(from) : to }));
  });
}

test('Dockerfile: .dockerignore lets in what is copied, and nothing else', async (t) => {
  const ignore = await readFile(exampleFile('docker/Dockerfile.dockerignore'), 'utf8');
  const [first, ...kept] = ignore.split('\n').filter((line) => /^[^#]/.test(line));
  t.is(first, '*');
  const copied = copiesOf(BUILD).map(({ from }) => `!${from}`);
  t.deepEqual(kept.sort(), copied.sort());
});

test('Dockerfile: what is installed is what the tests of this project compile with', async (t) => {
  const [install = ''] = textsOf(FINAL, 'RUN').filter((text) => text.includes('apt-get install'));
  const [, names = ''] = /install (.*?) &&/.exec(install) ?? [];
  const packages = names.split(' ').filter((name) => !name.startsWith('--'));
  t.deepEqual(packages, ['tini', 'gcc', 'g++', 'clang']);
  const result = await run(t, ['dpkg-query', '--show', '--showformat=${Status}\n', ...packages]);
  t.is(result.stdout, 'install ok installed\n'.repeat(packages.length), result.stderr);
});

/** Do what the first stage does, with the packages that are installed here. */
async function buildFirstStage(t: ExecutionContext, folder: string): Promise<void> {
  for (const { from, to } of copiesOf(BUILD)) {
    await cp(path.join(root, from), path.join(folder, to), { recursive: true });
  }
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  const commands = textsOf(BUILD, 'RUN').flatMap((text) => text.split(' && '));
  const own = commands.filter((command) => !command.startsWith('npm '));
  t.deepEqual(
    commands.filter((command) => !own.includes(command)),
    ['npm ci', 'npm prune --omit=dev'],
  );
  const result = await run(t, ['sh', '-ec', own.join('\n')], { cwd: folder });
  t.is(result.code, 0, result.stdout + result.stderr);
}

/** Do what the last stage does; of our dependencies come those that `npm prune` leaves. */
async function buildLastStage(t: ExecutionContext, build: string, folder: string): Promise<void> {
  for (const { from, to } of copiesOf(FINAL)) {
    if (to === 'node_modules') continue;
    const source = path.join(build, path.relative('/build', from));
    await cp(source, path.join(folder, to), { recursive: true });
  }
  const list = ['npm', 'ls', '--omit=dev', '--all', '--parseable'];
  const [, ...kept] = (await run(t, list, { cwd: root })).stdout.trimEnd().split('\n');
  for (const name of kept) {
    await cp(name, path.join(folder, path.relative(root, name)), { recursive: true });
  }
  const [links = ''] = textsOf(FINAL, 'RUN').filter((text) => !text.includes('apt-get'));
  const result = await run(t, ['sh', '-ec', links], { cwd: folder });
  t.is(result.code, 0, result.stderr);
}

/** Both stages; gives the folder that is /opt/lsdistcc in the image. */
async function buildImage(t: ExecutionContext, base: string): Promise<string> {
  const [build, folder] = [path.join(base, 'build'), path.join(base, 'final')];
  await Promise.all([mkdir(build), mkdir(folder)]);
  await buildFirstStage(t, build);
  await buildLastStage(t, build, folder);
  return folder;
}

/** Start what a container of the image starts, as an ordinary user, on a port of the test's own. */
async function startContainer(t: ExecutionContext, folder: string, options: readonly string[]) {
  const tmp = path.join(folder, 'tmp');
  await mkdir(tmp);
  await chmod(tmp, 0o777);
  const words = ['ENTRYPOINT', 'CMD'].flatMap((name) => wordsOf(instructions, name));
  const [program = '', ...args] = [...words, '--listen', '127.0.0.1', ...options];
  const base = baseEnvironment(folder, tmp);
  const someone = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const child = spawn(program, args, {
    ...{ cwd: folder, stdio: 'ignore', detached: true, ...someone },
    env: { ...base, PATH: `${folder}/bin:${base['PATH'] ?? ''}` },
  });
  t.teardown(() => {
    killGroup(child.pid);
  });
  return child;
}

test('Dockerfile: what it makes serves as an ordinary user, and its HEALTHCHECK tells', async (t) => {
  t.deepEqual(textsOf(FINAL, 'USER'), ['nobody']);
  const folder = await buildImage(t, await makeFolder(t));
  const [port, statsPort] = [await findFreePort(), String(await findFreePort())];
  const options = ['--port', String(port), '--stats-port', statsPort];
  const child = await startContainer(t, folder, options);
  const ended = once(child, 'close');
  await waitForPort(port, child);

  const check = wordsOf(instructions, 'HEALTHCHECK').map((word) => word.replace('3633', statsPort));
  await waitUntil('it is healthy', async () => (await run(t, check)).code === 0);
  t.is((await send({ port }, ['gcc', '-c', 'a.c', '-o', 'a.o'])).status, 0);
  child.kill('SIGTERM'); // as docker stop does
  t.deepEqual(await ended, [0, null]);
  t.is((await run(t, check)).code, 1);
});
