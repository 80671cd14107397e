#!/usr/bin/env node
// node scripts/setup.js [SCRIPT ARGUMENTS…]
// Brings a checkout to the point where it can be run (packages installed, sources compiled), then runs
// the script in this very process. When nothing is to be done it says nothing. Not a pre-script of npm:
// those do not run where somebody set ignore-scripts.
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { setInterval, setTimeout } from 'node:timers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { lock } from './lock.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const sourceFolders = ['src', 'probes', 'test', 'examples', 'bench'];
const programs = ['lsdistcc', 'distcc', 'distccd'].flatMap((name) => [
  `build/src/cli/${name}.js`,
  `build/src/bin/${name}.js`,
]);
const installStamp = 'node_modules/.setup-stamp';
const buildStamp = 'build/.setup-stamp';
const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };
/** Between SIGTERM and SIGKILL. */
const KILL_DELAY_MS = 3000;
const PARENT_LOOK_MS = 250;

let child; // what runs at the moment
let stopCode; // set by the signal that stops us

process.chdir(root);
checkNode();
if (process.env.npm_lifecycle_event !== undefined) endWithParent();
if (!isInstalled() || !isBuilt()) {
  const stopListening = listenToSignals();
  const unlock = await lock('build/.setup-lock');
  if (!isInstalled()) await install(); // asked again: another set-up may just have done it
  if (!isBuilt()) await build();
  unlock();
  stopListening();
}
await runNext(process.argv[2]);

async function runNext(script) {
  if (script === undefined) return;
  const file = path.resolve(script);
  process.argv.splice(1, 2, file);
  await import(pathToFileURL(file).href);
}

/** npm that is killed leaves what it runs alone, without a word: we hang up as if its terminal had gone. */
function endWithParent() {
  const { ppid } = process;
  const look = () => {
    if (process.ppid !== ppid) process.kill(process.pid, 'SIGHUP');
  };
  setInterval(look, PARENT_LOOK_MS).unref();
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`Node ${process.versions.node} is too old: want 20.19 or later, see https://nodejs.org`);
}

function isInstalled() {
  return readText(installStamp) === hash(readText('package-lock.json'));
}

async function install() {
  const npm = /npm-cli\.js$/.test(process.env.npm_execpath ?? '')
    ? [process.execPath, process.env.npm_execpath]
    : ['npm'];
  // A person's NODE_ENV=production would leave the compiler out.
  const options = ['--ignore-scripts', '--include=dev', '--no-progress', '--loglevel=error'];
  await step('Installing packages (npm ci)', [...npm, 'ci', ...options]);
  fs.writeFileSync(installStamp, hash(readText('package-lock.json')));
}

function isBuilt() {
  return readText(buildStamp) === describeSources() && findSources().every(hasOutput);
}

async function build() {
  const described = describeSources(); // before: what is saved while tsc runs is for the next time
  removeStaleOutputs();
  // tsc believes its own notes, not the disk: what somebody removed would not be written again.
  if (!findSources().every(hasOutput)) fs.rmSync('build/tsconfig.tsbuildinfo', { force: true });
  const tsc = 'node_modules/typescript/bin/tsc';
  await step('Compiling (tsc)', [process.execPath, tsc, '-p', '.']);
  for (const file of programs) if (fs.existsSync(file)) fs.chmodSync(file, 0o755);
  fs.writeFileSync(buildStamp, described);
}

/** Changes whenever a source comes, goes or is written. */
function describeSources() {
  const files = [...findSources(), 'tsconfig.json', 'package-lock.json'];
  const facts = files.map((file) => {
    const { size, mtimeMs } = fs.statSync(file);
    return `${file} ${size} ${mtimeMs}`;
  });
  return hash(facts.join('\n'));
}

function findSources() {
  return sourceFolders.flatMap((folder) => findFiles(folder, /(?<!\.d)\.ts$/));
}

function hasOutput(source) {
  return fs.existsSync(path.join('build', source.replace(/\.ts$/, '.js')));
}

/** The test of a source that is gone would go on running. */
function removeStaleOutputs() {
  const ending = /\.(js|js\.map|d\.ts)$/;
  const outputs = sourceFolders.flatMap((folder) => findFiles(path.join('build', folder), ending));
  for (const file of outputs) {
    const source = path.relative('build', file).replace(ending, '.ts');
    if (!fs.existsSync(source)) fs.rmSync(file, { force: true });
  }
}

function findFiles(folder, ending) {
  if (!fs.existsSync(folder)) return [];
  const entries = fs.readdirSync(folder, { withFileTypes: true });
  return entries.sort(byName).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return findFiles(file, ending);
    return ending.test(entry.name) ? [file] : [];
  });
}

function byName(left, right) {
  return left.name < right.name ? -1 : 1;
}

/** Run one program to its end, in one line; what it says is shown only when it fails. */
async function step(title, [program, ...args]) {
  const startedAtMs = performance.now();
  process.stdout.write(`${title} …`);
  child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(chunk));
  const [code] = await once(child, 'close').catch((error) => [error.message]);
  child = undefined;
  if (stopCode !== undefined) process.exit(stopCode);
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  console.log(code === 0 ? ` ${seconds} s` : ` failed (${code})`);
  if (code === 0) return;
  process.stderr.write(Buffer.concat(said));
  process.exit(1);
}

/** The child leads a group of its own, so that a Ctrl-C reaches it through us alone, and we end last. */
function listenToSignals() {
  const listeners = Object.entries(signalNumbers).map(([name, number]) => {
    const listener = () => {
      stopCode ??= 128 + number;
      if (child === undefined) process.exit(stopCode);
      killGroup(child.pid, 'SIGTERM');
      setTimeout(killGroup, KILL_DELAY_MS, child.pid, 'SIGKILL');
    };
    process.on(name, listener);
    return () => process.off(name, listener);
  });
  return () => listeners.forEach((remove) => remove());
}

function killGroup(leader, signal) {
  try {
    process.kill(-leader, signal);
  } catch {
    // it is gone already
  }
}

function readText(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
}

function hash(text) {
  return createHash('sha256').update(text).digest('hex');
}

function fail(text) {
  console.error(`setup: ${text}`);
  process.exit(1);
}
