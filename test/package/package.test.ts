import { readFileSync } from 'node:fs';
import { mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { root } from '../examples/root.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { run } from '../helpers/run.ts';
import type { Run } from '../helpers/run.ts';

/** What `npm pack --json` tells. */
interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/** Many times what there is today would be something that does not belong there. */
const MAX_BYTES = 400_000;

const wanted = [
  /^(?:LICENSE|README\.md|CHANGELOG\.md|package\.json)$/,
  /^build\/(?:src|probes)\/[\w/-]+(?:\.js|\.d\.ts)$/,
  /^docs\/[\w-]+\.md$/,
  /^docs\/man\/[\w-]+\.1$/,
  /^docs\/completions\/(?:_[\w-]+|[\w-]+\.(?:bash|fish))$/,
  /^scripts\/build-bin\.js$/,
];

interface Manifest {
  readonly bin: Record<string, string>;
  readonly man: readonly string[];
  readonly scripts: Record<string, string>;
  readonly exports: Record<string, { readonly types: string; readonly default: string }>;
  readonly dependencies: Record<string, string>;
}

interface Lock {
  readonly packages: Record<
    string,
    {
      readonly dev?: boolean;
      readonly hasInstallScript?: boolean;
      readonly resolved?: string;
      readonly integrity?: string;
    }
  >;
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(path.join(root, name), 'utf8'));
}

async function pack(t: ExecutionContext, ...options: readonly string[]): Promise<Packed> {
  const { stdout, stderr, code } = await run(t, ['npm', 'pack', '--json', ...options], {
    cwd: root,
  });
  t.is(code, 0, stderr);
  const [packed] = JSON.parse(stdout) as Packed[];
  if (packed === undefined) throw new Error(`npm packed nothing: ${stdout}`);
  return packed;
}

test('the package holds what is needed and nothing else', async (t) => {
  const { size, files } = await pack(t, '--dry-run');
  const names = files.map((file) => file.path);
  t.deepEqual(
    names.filter((name) => !wanted.some((pattern) => pattern.test(name))),
    [],
  );
  const { bin, man, exports } = readJson('package.json') as Manifest;
  const entry = Object.values(exports).flatMap((one) => Object.values(one));
  for (const name of [...Object.values(bin), ...man, ...entry]) {
    t.true(names.includes(path.normalize(name)), name);
  }
  t.true(names.some((name) => name.startsWith('docs/completions/')));
  t.true(size < MAX_BYTES, `${size} bytes`);
});

/** A declaration, and all that it imports from files of its own package. */
function declarationsOf(name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const [, other = ''] of readFileSync(path.join(root, name), 'utf8').matchAll(
    /\b(?:from |import\()['"](\.[^'"]+)\.[jt]s['"]/g,
  )) {
    declarationsOf(path.join(path.dirname(name), `${other}.d.ts`), found);
  }
  return found;
}

test('the package holds the types of all that it exports', async (t) => {
  const { files } = await pack(t, '--dry-run');
  const names = new Set(files.map((file) => file.path));
  const { exports } = readJson('package.json') as Manifest;
  const needed = Object.values(exports).flatMap(({ types }) => [
    ...declarationsOf(path.normalize(types)),
  ]);
  t.true(needed.length > 10);
  t.deepEqual(
    needed.filter((name) => !names.has(name)),
    [],
  );
});

test('nothing runs when the package or what it depends on is installed', (t) => {
  const { scripts } = readJson('package.json') as Manifest;
  const hooks = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'];
  t.deepEqual(
    hooks.filter((name) => name in scripts),
    [],
  );
  const { packages } = readJson('package-lock.json') as Lock;
  const installed = Object.entries(packages).filter(([name, { dev }]) => name !== '' && !dev);
  t.true(installed.length >= 8);
  for (const [name, { hasInstallScript, resolved, integrity }] of installed) {
    t.is(hasInstallScript, undefined, name);
    t.is(resolved, undefined, `${name}: every registry has it`);
    t.is(typeof integrity, 'string', name);
  }
});

test('the packed package installs globally, runs by Node, and then by the executable', async (t) => {
  const folder = await makeFolder(t);
  const { filename } = await pack(t, '--pack-destination', folder);
  const prefix = path.join(folder, 'prefix');
  await mkdir(path.join(prefix, 'lib'), { recursive: true });
  const options = ['--global', '--prefix', prefix, '--prefer-offline'];
  const env = {
    npm_config_cache: await configOf(t, 'cache'),
    npm_config_userconfig: await configOf(t, 'userconfig'),
    // Else --prefix moves this one along, and the registry and its certificates with it.
    npm_config_globalconfig: await configOf(t, 'globalconfig'),
  };
  const install = ['npm', 'install', ...options, path.join(folder, filename)];
  // With an empty cache the runtime of the executable comes from the registry: 100 MB.
  t.timeout(300_000);
  const installed = await run(t, install, { env, hangMs: 280_000 });
  t.is(installed.code, 0, installed.stderr);
  const command = (name: string): string => path.join(prefix, 'bin', name);
  const versions = async (): Promise<Run[]> => {
    const names = ['lsdistcc', 'distcc', 'distccd', 'distccmon-text'];
    const runs = names.map((name) => run(t, [command(name), '--version']));
    return Promise.all(runs);
  };
  const byNode = await versions();
  t.deepEqual(
    byNode.map(({ stdout }) => stdout.split(' ')[0]),
    ['lsdistcc', 'distcc', 'distccd', 'distccmon-text'],
  );
  t.regex(await realpath(command('lsdistcc')), /\.js$/);

  const own = path.join(prefix, 'lib/node_modules/lsdistcc');
  const build = [process.execPath, path.join(own, 'scripts/build-bin.js')];
  const built = await run(t, build, { hangMs: 120_000 });
  t.deepEqual([built.code, built.stdout, built.stderr], [0, '', '']);
  t.is(await realpath(command('distccd')), await realpath(path.join(own, 'dist/bin/lsdistcc')));
  t.deepEqual(await versions(), byNode);
});

/** The tester's own: what `npm ci` brought is there already, and the rest comes from the same place. */
async function configOf(t: ExecutionContext, name: string): Promise<string> {
  const own = Object.entries(process.env).filter(([key]) => /^npm_config_/i.test(key));
  const options = { env: { ...Object.fromEntries(own), HOME: process.env['HOME'] } };
  return (await run(t, ['npm', 'config', 'get', name], options)).stdout.trim();
}
