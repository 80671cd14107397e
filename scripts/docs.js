#!/usr/bin/env node
// node scripts/setup.js scripts/docs.js
// Writes what is made from the programs' tables: manuals, completions, and the tables of README.md.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderDocs } from '../build/src/cli/docs/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = fs.readFileSync(path.join(root, 'README.md'), 'utf8');

for (const [name, text] of renderDocs(readme)) {
  const file = path.join(root, name);
  if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text) continue;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
  console.log(`Wrote ${name}`);
}
