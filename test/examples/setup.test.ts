import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { makeFolder } from '../helpers/make-folder.ts';
import { run } from '../helpers/run.ts';
import type { Run } from '../helpers/run.ts';
import { root } from './root.ts';

/** A checkout of two sources, with this one's compiler and set-up. */
interface Checkout {
  readonly file: (name: string) => string;
  readonly write: (name: string, text: string) => void;
  readonly has: (name: string) => boolean;
  readonly setUp: (env?: Record<string, string>) => Promise<Run>;
}

const tsconfig = {
  compilerOptions: {
    rootDir: '.',
    outDir: 'build',
    module: 'nodenext',
    incremental: true,
    types: [],
  },
  include: ['src', 'test'],
};

async function makeCheckout(t: ExecutionContext): Promise<Checkout> {
  const folder = await makeFolder(t);
  const file = (name: string): string => path.join(folder, name);
  const write = (name: string, text: string): void => {
    fs.mkdirSync(path.dirname(file(name)), { recursive: true });
    fs.writeFileSync(file(name), text);
  };
  write('package.json', '{ "type": "module" }');
  write('package-lock.json', '{}');
  write('node_modules/.setup-stamp', createHash('sha256').update('{}').digest('hex'));
  fs.symlinkSync(path.join(root, 'node_modules/typescript'), file('node_modules/typescript'));
  write('tsconfig.json', JSON.stringify(tsconfig));
  write('src/cli/distcc.ts', 'export const one = 1;\n');
  write('test/one.test.ts', 'export const two = 2;\n');
  fs.cpSync(path.join(root, 'scripts'), file('scripts'), { recursive: true });
  const setUp = (env = {}): Promise<Run> =>
    run(t, [process.execPath, file('scripts/setup.js')], { env });
  return { file, write, has: (name) => fs.existsSync(file(name)), setUp };
}

const silent = { code: 0, signal: null, stdout: '', stderr: '', leftovers: [] };
const compiled = /^Compiling \(tsc\) … \d+\.\d s\n$/;

test('setup.js compiles once, and then says and does nothing', async (t) => {
  const checkout = await makeCheckout(t);
  const first = await checkout.setUp();
  t.regex(first.stdout, compiled);
  t.is(first.code, 0);
  t.is(fs.statSync(checkout.file('build/src/cli/distcc.js')).mode & 0o111, 0o111);
  const outputs = fs.readdirSync(checkout.file('build'), { recursive: true });
  t.deepEqual(await checkout.setUp(), silent);
  t.deepEqual(fs.readdirSync(checkout.file('build'), { recursive: true }), outputs);
});

test('setup.js follows sources that are written, come and go', async (t) => {
  const checkout = await makeCheckout(t);
  await checkout.setUp();
  checkout.write('src/new.ts', 'export const three = 3;\n');
  fs.rmSync(checkout.file('test/one.test.ts'));
  t.regex((await checkout.setUp()).stdout, compiled);
  t.true(checkout.has('build/src/new.js'));
  t.false(checkout.has('build/test/one.test.js'), 'the test that is gone must not run');
  fs.rmSync(checkout.file('build/src/new.js'));
  t.regex((await checkout.setUp()).stdout, compiled);
  t.true(checkout.has('build/src/new.js'), 'an output that was removed comes back');
  t.deepEqual(await checkout.setUp(), silent);
});

test('setup.js shows the errors of the compiler, and compiles again the next time', async (t) => {
  const checkout = await makeCheckout(t);
  checkout.write('src/wrong.ts', 'export const one: string = 1;\n');
  for (let times = 0; times < 2; times += 1) {
    const { code, stdout, stderr } = await checkout.setUp();
    t.is(code, 1);
    t.is(stdout, 'Compiling (tsc) … failed (2)\n');
    t.regex(stderr, /src\/wrong\.ts.*error TS2322/);
  }
});

test('setup.js installs when the lock file is another one', async (t) => {
  const checkout = await makeCheckout(t);
  checkout.write('package-lock.json', '{ "packages": {} }');
  checkout.write('fake/npm-cli.js', `console.log(process.argv.slice(2).join(' '));`);
  const env = { npm_execpath: checkout.file('fake/npm-cli.js') };
  const lines = (await checkout.setUp(env)).stdout.split('\n');
  t.regex(lines[0] ?? '', /^Installing packages \(npm ci\) … \d+\.\d s$/);
  t.deepEqual(await checkout.setUp(env), silent);
  checkout.write('package-lock.json', '{ "packages": 7 }');
  checkout.write('fake/npm-cli.js', `console.error(process.argv[2], 'broke'); process.exit(9);`);
  const failed = await checkout.setUp(env);
  t.is(failed.code, 1);
  t.is(failed.stderr, 'ci broke\n');
});

test('setup.js waits for another one of the same checkout, and takes over from a dead one', async (t) => {
  const checkout = await makeCheckout(t);
  checkout.write('build/.setup-lock', '4194304'); // above the largest process id of Linux
  const runs = await Promise.all([checkout.setUp(), checkout.setUp(), checkout.setUp()]);
  t.deepEqual(
    runs.map(({ code, stderr }) => [code, stderr]),
    Array(3).fill([0, '']),
  );
  t.is(runs.filter(({ stdout }) => stdout.includes('Compiling')).length, 1, 'one did the work');
  t.deepEqual(
    fs.readdirSync(checkout.file('build')).filter((name) => name.includes('lock')),
    [],
  );
});

test('setup.js runs a script with its arguments, in the same process', async (t) => {
  const checkout = await makeCheckout(t);
  checkout.write(
    'src/say.ts',
    'export {}; declare const console: any, process: any; console.log(...process.argv.slice(1));\n',
  );
  const { stdout } = await run(t, [
    process.execPath,
    checkout.file('scripts/setup.js'),
    'build/src/say.js',
    '-k5',
  ]);
  t.is(stdout.split('\n').at(-2), `${checkout.file('build/src/say.js')} -k5`);
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`setup.js ends what it runs on ${signal} and leaves no lock`, async (t) => {
    const checkout = await makeCheckout(t);
    checkout.write('package-lock.json', '{ "packages": {} }');
    checkout.write(
      'fake/npm-cli.js',
      `import fs from 'node:fs'; fs.writeFileSync('draft', String(process.pid)); fs.renameSync('draft', 'pid'); setInterval(() => {}, 1e3);`,
    );
    const { code } = await run(t, [process.execPath, checkout.file('scripts/setup.js')], {
      env: { npm_execpath: checkout.file('fake/npm-cli.js') },
      onStart: (child) => {
        const timer = setInterval(() => {
          if (!checkout.has('pid')) return;
          clearInterval(timer);
          child.kill(signal);
        }, 20);
      },
    });
    t.is(code, { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal]);
    const pid = Number(fs.readFileSync(checkout.file('pid'), 'utf8'));
    t.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
    t.deepEqual(fs.readdirSync(checkout.file('build')), []);
  });
}
