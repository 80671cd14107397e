import { readsMoreFiles } from './assembler-files.ts';
import { isClang } from './is-clang.ts';
import type { RemoteScan } from './scan-command.ts';

/**
 * Why a text must be compiled on this machine.
 * @param text - the whole preprocessed source
 * @returns one clause for the log, or undefined
 */
export function textReason(scan: RemoteScan, text: Uint8Array): string | undefined {
  if (readsMoreFiles(text)) return 'the text reads more files of this machine';
  if (!scan.isPreprocessed) return undefined;
  const head = Buffer.from(text.subarray(0, HEAD_BYTES)).toString('latin1');
  if (scan.sourceExtension !== scan.preprocessedExtension && !head.startsWith('# ')) {
    return 'the text does not name its source, and a host has another name for it';
  }
  if (!wantsDebugging(scan) || isClang(scan.compiler, text)) return undefined;
  return folderLine.test(head) ? undefined : 'the text does not name its folder, for -g';
}

/** Two names that may be long, with their lines. */
const HEAD_BYTES = 16_384;

/** Where gcc's preprocessor ran; only its `-g` makes it say so. */
const folderLine = /^# \d+ "(?:[^"\\\n]|\\.)*\/\/"$/m;

function wantsDebugging({ options }: RemoteScan): boolean {
  return options.some(({ name }) => name.startsWith('-g') && name !== '-g0');
}
