import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

/** Debian's names of the platforms that Bun compiles for. */
const architectures = { x64: 'amd64', arm64: 'arm64' };
const { DEBFULLNAME = 'The lsdistcc authors', DEBEMAIL = 'lsdistcc@example.org' } = process.env;
const maintainer = `${DEBFULLNAME} <${DEBEMAIL}>`;

/**
 * What the package says of itself: deb-control(5) and deb-changelog(5).
 * @param facts - version and description of package.json; executable; files that are to be installed;
 *   builtAtSec, Unix time
 */
export function describePackage({ version, description, executable, files, builtAtSec }) {
  // 1.0.0-rc.1 comes before 1.0.0.
  const debianVersion = `${version.replace('-', '~')}-1`;
  const control = [
    'Package: lsdistcc',
    `Version: ${debianVersion}`,
    `Architecture: ${architectures[process.arch]}`,
    `Maintainer: ${maintainer}`,
    `Installed-Size: ${sumKib(files)}`,
    `Depends: libc6 (>= ${readLibcVersion(executable)}), adduser`,
    'Recommends: gcc | c-compiler',
    'Suggests: ccache, openssh-client',
    'Section: devel',
    'Priority: optional',
    'Description: finds, proves and uses the machines of a distcc farm',
    ...wrap(`${description}.`),
    ' .',
    ...wrap(
      'It has lsdistcc, distcc, distccd and distccmon-text, which speak the protocols of distcc 3.4. ' +
        "Beside Debian's distcc `update-alternatives --config distcc` says whose programs are meant. " +
        'The daemon does not run before /etc/default/lsdistcc-distccd names the networks it serves.',
    ),
  ];
  const date = new Date(builtAtSec * 1000).toUTCString().replace('GMT', '+0000');
  const debianChangelog = [
    `lsdistcc (${debianVersion}) unstable; urgency=medium`,
    `  * Release ${version}: changelog.gz has what is new.`,
    ` -- ${maintainer}  ${date}\n`,
  ];
  return { control: `${control.join('\n')}\n`, debianChangelog: debianChangelog.join('\n\n') };
}

/** The newest version that one of its symbols asks for. */
function readLibcVersion(executable) {
  const options = ['--version-info', '--wide', executable];
  const text = execFileSync('readelf', options, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const minors = [...text.matchAll(/\bGLIBC_2\.(\d+)/g)].map(([, minor]) => Number(minor));
  return `2.${Math.max(...minors)}`;
}

/** As dpkg counts: each file in whole KiB. */
function sumKib(files) {
  return files.reduce((sum, file) => sum + Math.ceil(fs.lstatSync(file).size / 1024), 0);
}

function wrap(text) {
  return text.match(/\S(?:.{0,76}\S)?(?=\s|$)/g).map((line) => ` ${line}`);
}
