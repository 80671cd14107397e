import fs from 'node:fs';
import path from 'node:path';
import { draw, picturesOf } from './draw.ts';
import { renderPage } from './render-page.ts';
import type { Results } from './results.ts';

/** Beside the page: figures and pictures. */
const FOLDER = 'benchmarks';

/** Keep a run, in the place of the one before. @param docs - the folder of the page */
export function saveResults(docs: string, results: Results): void {
  const folder = path.join(docs, FOLDER);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, `${results.name}.json`), formatJson(results));
}

/**
 * What the page and its pictures are, made of the runs that are kept.
 * @param subjects - the parts of the page, in their order
 * @returns text by file, seen from the folder of the page
 */
export function renderFiles(docs: string, subjects: readonly string[]): Map<string, string> {
  const all = subjects.flatMap((name) => readResults(path.join(docs, FOLDER, `${name}.json`)));
  const pictures = all.flatMap((run) =>
    picturesOf(run).map((one) => [`${FOLDER}/${one.name}.svg`, draw(one, run)] as const),
  );
  return new Map([['benchmarks.md', renderPage(all)], ...pictures]);
}

/** Write the page and its pictures. */
export function writePage(docs: string, subjects: readonly string[]): void {
  for (const [name, text] of renderFiles(docs, subjects)) {
    fs.writeFileSync(path.join(docs, name), text);
  }
}

function readResults(file: string): Results[] {
  return fs.existsSync(file) ? [JSON.parse(fs.readFileSync(file, 'utf8')) as Results] : [];
}

/** The figures of a program stand in one line: a run can be read as a diff. */
function formatJson(results: Results): string {
  const text = JSON.stringify(results, undefined, 2);
  const inLine = text.replace(/\[[\s\d.,e+-]*\]/g, (list) => list.replace(/\s+/g, ' '));
  return `${inLine}\n`;
}
