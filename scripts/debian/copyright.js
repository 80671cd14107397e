import fs from 'node:fs';
import path from 'node:path';

/** A text that Debian has on every machine. */
const APACHE = 'Licensed under the Apache License 2.0: /usr/share/common-licenses/Apache-2.0';

/**
 * The terms of everything in the package: ours, and those of all that is in the executable.
 * @param root - a checkout with its packages installed
 */
export function renderCopyright(root) {
  const { packages } = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  const namesByTerms = new Map();
  for (const [name, { dev, version }] of Object.entries(packages)) {
    const folder = path.join(root, name);
    if (name === '' || dev || name.includes('@oven/') || !fs.existsSync(folder)) continue;
    const terms = readTerms(folder);
    const title = `${name.replace(/.*node_modules\//, '')} ${version}`;
    namesByTerms.set(terms, [...(namesByTerms.get(terms) ?? []), title]);
  }
  const others = [...namesByTerms].map(([terms, names]) => section(names.join(', '), terms));
  const own = fs.readFileSync(path.join(root, 'LICENSE'), 'utf8');
  const runtime = packages['node_modules/@oven/bun-linux-x64'];
  return [section('lsdistcc', own), section(`Bun ${runtime.version}`, BUN), ...others].join('\n');
}

const BUN = `The runtime in /usr/lib/lsdistcc/lsdistcc. Copyright Jarred Sumner and the contributors of
https://github.com/oven-sh/bun, under the MIT license (the text above). It is linked
statically with JavaScriptCore of WebKit, under the GNU Library General Public License 2
(/usr/share/common-licenses/LGPL-2), and with other libraries: their list, their terms and how
to link it anew are in https://github.com/oven-sh/bun/blob/main/LICENSE.md.`;

function section(title, text) {
  return `${title}\n${'-'.repeat(Math.min(title.length, 80))}\n\n${text.trim().replaceAll('\r', '')}\n`;
}

function readTerms(folder) {
  const { license, author } = JSON.parse(
    fs.readFileSync(path.join(folder, 'package.json'), 'utf8'),
  );
  if (license === 'Apache-2.0') return APACHE;
  const file = fs.readdirSync(folder).find((name) => /^licen[cs]e(\.\w+)?$/i.test(name));
  if (file !== undefined) return fs.readFileSync(path.join(folder, file), 'utf8');
  return `Copyright ${author?.name ?? author}, under the ${license} license (the text at the top)`;
}
