const LINE_END = 0x0a;
const BLANK = 0x20;
const QUOTE = 0x22;
const HASH = 0x23;

/**
 * Let a host warn of what a system header's macros do in the user's own files. gcc's preprocessor says of
 * each use, such as `return NULL`, that it stands in a system header, where a compiler is silent; gcc with
 * the source before it often is not. The flags that say so are overwritten with blanks, so no line and no
 * column moves. What a host then says too much is of no matter: a job's messages are those of the compiler
 * here. A file that declares itself a system header stays one: no line brings it back.
 * @param text - the whole preprocessed source, changed in place
 */
export function exposeSystemMacros(text: Uint8Array): void {
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  let from = 0;
  for (let end = bytes.indexOf('"\n'); end >= 0; end = bytes.indexOf('"\n', end + 1)) {
    const name = nameIn(bytes, end);
    if (name === undefined) continue;
    blankFlags(bytes.subarray(from, end), name);
    from = end;
  }
}

/** The quoted name in a line like `# 3 "a.c"`, by the place of its last quote. */
function nameIn(bytes: Buffer, end: number): Buffer | undefined {
  const start = bytes.lastIndexOf(LINE_END, end) + 1;
  if (bytes[start] !== HASH || bytes[start + 1] !== BLANK) return undefined;
  const quote = bytes.indexOf(QUOTE, start);
  return quote < end ? bytes.subarray(quote, end + 1) : undefined;
}

/** Lines such as `# 3 "a.c" 3 4` become `# 3 "a.c"`, with blanks behind. */
function blankFlags(bytes: Buffer, name: Buffer): void {
  for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at + 1)) {
    const flags = at + name.length;
    const end = bytes.indexOf(LINE_END, flags);
    if (/^ 3(?: 4)?$/.test(bytes.toString('latin1', flags, end))) bytes.fill(BLANK, flags, end);
  }
}
