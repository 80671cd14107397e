/**
 * Are all places that one compiler's messages tell of also told of by another's? Columns, languages
 * and the sources' own lines do not count: one compiled a preprocessed text.
 */
export function coversMessages(whole: Uint8Array, part: Uint8Array): boolean {
  const known = new Set(placesIn(whole));
  return placesIn(part).every((place) => known.has(place));
}

/** Line and warning's name of each message, such as `a.c:3 [-Wunused]`. */
function placesIn(messages: Uint8Array): string[] {
  const lines = Buffer.from(messages).toString('latin1').replaceAll(escapes, '').split('\n');
  return lines.flatMap((line) => {
    const [, place, name = ''] = /^(\S.*?:\d+):.*?(\[-W[\w+#=-]+\])?$/.exec(line) ?? [];
    return place === undefined ? [] : [`${place} ${name}`];
  });
}

const ESCAPE = '\u001B';

/** Colours, and the links to manuals that gcc puts around a warning's name. */
const escapes = new RegExp(
  String.raw`${ESCAPE}(?:\[[\d;]*[mK]|\]8;;[^${ESCAPE}\x07]*(?:${ESCAPE}\\|\x07))`,
  'g',
);
