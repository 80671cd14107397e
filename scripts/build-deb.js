#!/usr/bin/env node
// node scripts/build-deb.js [FOLDER]
// Makes a Debian package of dist/bin, which `npm run build:bin` has made, in FOLDER or dist. The same sources
// give the same bytes; dpkg-deb's variables say otherwise of the compression (DPKG_DEB_COMPRESSOR_TYPE).
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describePackage } from './debian/control.js';
import { renderCopyright } from './debian/copyright.js';
import { renderUnits } from './debian/units.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = (name) => path.join(root, name);
const read = (name) => fs.readFileSync(source(name), 'utf8');
const { version, description } = JSON.parse(read('package.json'));
const programs = ['distcc', 'distccd', 'distccmon-text'];
const executable = 'usr/lib/lsdistcc/lsdistcc';
const scripts = ['preinst', 'postinst', 'prerm', 'postrm'];
/** Of everything in the package: SOURCE_DATE_EPOCH, or when the last commit was made. */
const builtAtSec = Number(process.env.SOURCE_DATE_EPOCH ?? readCommitTime());

const outFolder = path.resolve(process.argv[2] ?? source('dist'));
const stage = fs.mkdtempSync(path.join(os.tmpdir(), 'lsdistcc-deb-'));
try {
  putPrograms();
  putDocs();
  putUnits();
  putControl();
  seal(stage);
  console.log(pack());
} finally {
  fs.rmSync(stage, { recursive: true, force: true });
}

function putPrograms() {
  if (!fs.existsSync(source('dist/bin/lsdistcc')))
    throw new Error('Want `npm run build:bin` first');
  put(executable, fs.readFileSync(source('dist/bin/lsdistcc')));
  for (const name of programs) {
    fs.symlinkSync('lsdistcc', path.join(stage, path.dirname(executable), name));
  }
}

/** The names of manuals are chosen with the programs (postinst); completions are nobody else's. */
function putDocs() {
  for (const file of fs.readdirSync(source('docs/man'))) {
    const name = file.replace(/\.1$/, '.lsdistcc.1.gz');
    put(`usr/share/man/man1/${name}`, gzip(read(`docs/man/${file}`)));
  }
  for (const file of fs.readdirSync(source('docs/completions'))) {
    put(completionPath(file), read(`docs/completions/${file}`));
  }
  const doc = 'usr/share/doc/lsdistcc';
  put(`${doc}/README.md`, read('README.md'));
  const pages = listFiles(source('docs')).map((file) => path.relative(root, file));
  for (const page of pages.filter((name) => !/^docs\/(?:man|completions)\//.test(name))) {
    put(`${doc}/${page}`, fs.readFileSync(source(page)));
  }
  put(`${doc}/copyright`, renderCopyright(root));
  put(`${doc}/changelog.gz`, gzip(read('CHANGELOG.md')));
  put('usr/share/lintian/overrides/lsdistcc', read('scripts/debian/lintian-overrides'));
}

function completionPath(file) {
  if (file.startsWith('_')) return `usr/share/zsh/vendor-completions/${file}`;
  if (file.endsWith('.fish')) return `usr/share/fish/vendor_completions.d/${file}`;
  return `usr/share/bash-completion/completions/${path.basename(file, '.bash')}`;
}

/** They are there, and that is all: who wants a daemon says whom it serves and enables it. */
function putUnits() {
  for (const [name, text] of renderUnits(read)) {
    put(`usr/lib/systemd/system/${name}.service`, text);
    put(`etc/default/${name}`, read(`scripts/debian/${name}.default`));
  }
}

function putControl() {
  const files = listFiles(stage);
  const facts = { version, description, executable: path.join(stage, executable), files };
  const { control, debianChangelog } = describePackage({ ...facts, builtAtSec });
  put('usr/share/doc/lsdistcc/changelog.Debian.gz', gzip(debianChangelog));
  const sums = listFiles(stage).filter((file) => !isLink(file));
  put(
    'DEBIAN/md5sums',
    sums.map((file) => `${md5(file)}  ${path.relative(stage, file)}\n`).join(''),
  );
  const settings = fs.readdirSync(path.join(stage, 'etc/default'));
  put('DEBIAN/conffiles', settings.map((name) => `/etc/default/${name}\n`).join(''));
  put('DEBIAN/control', control);
  for (const name of [...scripts, 'triggers'])
    put(`DEBIAN/${name}`, read(`scripts/debian/${name}`));
}

function put(name, content) {
  const file = path.join(stage, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
}

/** The same modes and times whoever builds, and whenever. */
function seal(file) {
  const { base } = path.parse(file);
  if (isLink(file)) return void fs.lutimesSync(file, builtAtSec, builtAtSec);
  const isFolder = fs.statSync(file).isDirectory();
  if (isFolder) fs.readdirSync(file).forEach((name) => seal(path.join(file, name)));
  const isProgram = file.endsWith(executable) || scripts.includes(base);
  fs.chmodSync(file, isFolder || isProgram ? 0o755 : 0o644);
  fs.utimesSync(file, builtAtSec, builtAtSec);
}

function pack() {
  fs.mkdirSync(outFolder, { recursive: true });
  const env = {
    DPKG_DEB_COMPRESSOR_TYPE: 'xz',
    DPKG_DEB_COMPRESSOR_LEVEL: '1', // 46 MB in 15 s; 6, its own, makes 41 MB in a minute
    DPKG_DEB_THREADS_MAX: '1', // else the bytes depend on the number of processors
    ...process.env,
    SOURCE_DATE_EPOCH: String(builtAtSec),
  };
  const options = ['--root-owner-group', '--build', stage, outFolder];
  const said = execFileSync('dpkg-deb', options, { env, encoding: 'utf8' });
  return /'([^']+\.deb)'/.exec(said)?.[1] ?? said;
}

function listFiles(folder) {
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map((entry) => path.join(entry.parentPath, entry.name)).sort();
}

function isLink(file) {
  return fs.lstatSync(file).isSymbolicLink();
}

function gzip(text) {
  return gzipSync(text, { level: 9 });
}

function md5(file) {
  return createHash('md5').update(fs.readFileSync(file)).digest('hex');
}

function readCommitTime() {
  return execFileSync('git', ['-C', root, 'log', '-1', '--format=%ct'], {
    encoding: 'utf8',
  }).trim();
}
