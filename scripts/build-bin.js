#!/usr/bin/env node
// node scripts/setup.js scripts/build-bin.js
// Makes dist/bin: one executable, compiled by Bun, that acts by the name it is called by. In an installed
// package the commands become links to it:
//   node "$(npm root --global)/lsdistcc/scripts/build-bin.js"
import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = path.join(root, 'dist/bin');
const file = path.join(folder, 'lsdistcc');
const links = ['distcc', 'distccd', 'distccmon-text'];

const options = [
  '--compile',
  '--minify',
  '--bytecode', // starts in half the time
  '--compile-jit-policy=300', // a third less work for a run of 400 hosts; src/cli/main.ts takes it back
  '--format=esm',
  '--splitting', // what is imported late is loaded late: distcc does not load lsdistcc's parts
  '--no-compile-autoload-dotenv', // the folder it runs in is somebody's source tree
  '--no-compile-autoload-bunfig',
];

/**
 * Variables that make Bun, and so everything compiled by it, run other code than its own, or let a debugger
 * in (all that begin with BUN_INSPECT). No option of the build turns them off, so their names are blotted out:
 * no variable's name begins with a zero byte.
 */
const variables = ['BUN_BE_BUN', 'BUN_OPTIONS', 'BUN_INSPECT'];

fs.mkdirSync(folder, { recursive: true });
// The name goes into the file: the same sources give the same bytes.
const draftFolder = fs.mkdtempSync(path.join(folder, 'draft-'));
const draft = path.join(draftFolder, 'lsdistcc');
try {
  const main = path.join(root, 'build/src/cli/main.js');
  execFileSync(findBun(), ['build', ...options, `--outfile=${draft}`, main], { stdio: 'pipe' });
  blotOut(draft);
  fs.renameSync(draft, file); // one that runs keeps its file
} finally {
  fs.rmSync(draftFolder, { recursive: true, force: true });
}
for (const name of links) link(path.join(folder, name), 'lsdistcc');
// Not in a checkout, where tsc would write through the link.
if (!fs.existsSync(path.join(root, 'tsconfig.json'))) {
  for (const name of ['lsdistcc', ...links]) {
    link(path.join(root, `build/src/bin/${name}.js`), `../../../dist/bin/${name}`);
  }
}

function findBun() {
  const name = `@oven/bun-${process.platform}-${process.arch}`;
  try {
    return path.join(
      path.dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)),
      'bin/bun',
    );
  } catch {
    console.error(`build:bin: There is no ${name} here: npm leaves it out where it does not fit`);
    process.exit(1);
  }
}

function blotOut(executable) {
  const bytes = fs.readFileSync(executable);
  for (const name of variables) {
    const wanted = Buffer.from(name);
    let at = bytes.indexOf(wanted);
    if (at === -1) throw new Error(`Cannot find ${name} in what Bun wrote`);
    for (; at !== -1; at = bytes.indexOf(wanted, at)) bytes[at] = 0;
  }
  fs.writeFileSync(executable, bytes);
}

function link(name, target) {
  fs.rmSync(name, { force: true });
  fs.symlinkSync(target, name);
}
