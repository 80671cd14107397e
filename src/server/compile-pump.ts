import fs from 'node:fs';
import path from 'node:path';
import { pumpWords } from '../compiler/index.ts';
import type { RemoteScan } from '../compiler/index.ts';
import { ObjectError } from '../errors/index.ts';
import { makeTempFolder } from '../process/index.ts';
import type { CompileResponse, PumpRequest } from '../protocol/index.ts';
import { readOutput, runCompiler } from './compile.ts';
import type { CompileOptions } from './compile.ts';
import { planMirror } from './mirror-plan.ts';
import { writeMirror } from './write-mirror.ts';

/**
 * Run one admitted job whose sources came unpreprocessed, in a mirror of the client's files. No name
 * of a request leaves the mirror, but what a source includes may: by the path of any file that the
 * daemon's user may read, as by the systems' own headers. Only a sandbox could tell those apart.
 * @throws {ProtocolError} when the names would leave the mirror
 * @throws {IoError} when the mirror cannot be written
 * @throws {ObjectError} when the object would name a path of this server
 */
export async function compilePump(
  request: PumpRequest,
  scan: RemoteScan,
  options: CompileOptions,
): Promise<CompileResponse> {
  options.signal.throwIfAborted();
  const plan = planMirror(request.cwd, request.entries);
  await using folder = makeTempFolder('distccd_');
  const root = path.join(await fs.promises.realpath(folder.path), 'root');
  await fs.promises.mkdir(root);
  await writeMirror(root, plan);
  const output = path.join(folder.path, scan.stage === 'object' ? 'output.o' : 'output.s');
  const dependencies = path.join(folder.path, 'output.d');
  const { compiler } = options;
  const [, ...args] = pumpWords(scan, { compiler, root, output, dependencies });
  const cwd = path.join(root, request.cwd);
  const result = await runCompiler([...args, ...options.extraWords], {
    ...options,
    cwd,
    temporary: folder.path,
  });
  const told = { ...result, stderr: withoutRoot(result.stderr, root), version: request.version };
  if (result.status !== 0) return { ...told, object: new Uint8Array(0) };
  const object = await readOutput(output);
  // No prefix map reaches what a sanitizer writes; include servers hide such paths behind #line.
  if (Buffer.from(object.buffer, object.byteOffset, object.length).includes(root)) {
    throw new ObjectError(`Cannot give back "${scan.output}": it names a path of this server`);
  }
  return { ...told, object, dependencies: withoutRoot(await readOutput(dependencies), root) };
}

/** What the client reads is in its own terms. */
function withoutRoot(text: Uint8Array, root: string): Uint8Array {
  const latin = Buffer.from(text).toString('latin1'); // one character a byte: nothing is lost
  return Buffer.from(latin.replaceAll(Buffer.from(root).toString('latin1'), ''), 'latin1');
}
