import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { readDoc } from '../docs/read-doc.ts';
import { findFreePort } from '../helpers/free-port.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { run } from '../helpers/run.ts';
import { startOurDistccd } from '../helpers/start-daemon.ts';
import { root } from './root.ts';
import { exampleFile } from './run-example.ts';

/** As strict as TypeScript gets; our declarations are checked too. */
const tsconfig = {
  compilerOptions: {
    ...{ module: 'nodenext', target: 'es2023', types: ['node'], skipLibCheck: false },
    ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
    ...{ noPropertyAccessFromIndexSignature: true, verbatimModuleSyntax: true },
  },
  include: ['vet-farm.ts'],
};

/** A project that has installed our package, as npm packs it, with its dependencies and nothing else of ours. */
async function installPackage(t: ExecutionContext): Promise<string> {
  const folder = await makeFolder(t);
  const inFolder = (...names: string[]): string => path.join(folder, ...names);
  const destination = ['--pack-destination', folder];
  const packed = await run(t, ['npm', 'pack', '--silent', ...destination], { cwd: root });
  t.is(packed.code, 0, packed.stderr);
  await mkdir(inFolder('node_modules', 'lsdistcc'), { recursive: true });
  const target = ['-C', inFolder('node_modules', 'lsdistcc'), '--strip-components=1'];
  await run(t, ['tar', 'xzf', inFolder(packed.stdout.trim()), ...target]);
  const own = await readFile(inFolder('node_modules', 'lsdistcc', 'package.json'), 'utf8');
  const { dependencies } = JSON.parse(own) as { dependencies: Record<string, string> };
  for (const name of [...Object.keys(dependencies), '@types/node', 'undici-types']) {
    await mkdir(path.dirname(inFolder('node_modules', name)), { recursive: true });
    await symlink(path.join(root, 'node_modules', name), inFolder('node_modules', name));
  }
  await writeFile(inFolder('package.json'), '{ "type": "module" }');
  await writeFile(inFolder('tsconfig.json'), JSON.stringify(tsconfig));
  await cp(exampleFile('library/vet-farm.ts'), inFolder('vet-farm.ts'));
  return folder;
}

test('vet-farm.ts compiles against the packed types, and prints the hosts that are good', async (t) => {
  const folder = await installPackage(t);
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  const compiled = await run(t, [process.execPath, tsc], { cwd: folder });
  t.is(compiled.stdout, '');
  t.is(compiled.code, 0);
  const { port } = await startOurDistccd(t);
  const [good, bad] = [`127.0.0.1:${port}/3`, `127.0.0.1:${await findFreePort()}`];
  const script = [process.execPath, 'vet-farm.js'];
  const result = await run(t, [...script, good, bad], { cwd: folder });
  t.is(result.stdout, `${good}\n`);
  const said = [`${good}: good`, `${bad},down: Cannot connect to ${bad}: ECONNREFUSED`];
  t.deepEqual(result.stderr.trimEnd().split('\n').sort(), said.sort());
  t.is(result.code, 0);
});

test('docs/library.md shows the example, and every option and field of the types', async (t) => {
  const page = readDoc('docs/library.md');
  t.true(page.includes(await readFile(exampleFile('library/vet-farm.ts'), 'utf8')));
  for (const file of ['options', 'vetted-host']) {
    const source = await readFile(path.join(root, `src/library/${file}.ts`), 'utf8');
    const fields = [...source.matchAll(/^ {2}readonly (\w+)/gm)].map(([, name = '']) => name);
    t.true(fields.length > 10);
    for (const name of fields) t.true(page.includes(`| \`${name}\` |`), name);
  }
});
