import type { Language } from '../../probes/index.ts';
import { encodeRequest } from '../protocol/index.ts';
import type { CompileRequest, ProtocolVersion } from '../protocol/index.ts';
import type { ToolchainWanted } from './toolchain.ts';
import { drawDigits, makeCheck, makeWitness, NUMBER_DIGITS } from './witness.ts';
import type { AnswerCheck, Witness } from './witness.ts';

/** What is asked of every host of a run. */
export interface Asked {
  readonly language: Language;
  readonly wanted: ToolchainWanted;
  readonly protocol: ProtocolVersion;
  /** Who looks at the status alone has one request for all. */
  readonly verify: 'object' | 'status';
}

/** A request, and how to tell the right answer to it: where the object counts, no other host gets the same. */
export interface PreparedRequest {
  readonly chunks: readonly Uint8Array[];
  readonly right: AnswerCheck;
}

const prepared = new WeakMap<Asked, () => PreparedRequest>();

/**
 * Make the next request.
 * @param asked - what is the same for all the requests of one object is made only once
 */
export function nextRequest(asked: Asked): PreparedRequest {
  let next = prepared.get(asked);
  if (next === undefined) prepared.set(asked, (next = prepareRequests(asked)));
  return next();
}

function prepareRequests(asked: Asked): () => PreparedRequest {
  const make = (digits: string): readonly Uint8Array[] =>
    encodeRequest(requestOf(makeWitness(asked.language, digits), asked));
  if (asked.verify === 'status') {
    const digits = drawDigits();
    const request = { chunks: make(digits), right: makeCheck(digits) };
    return () => request;
  }
  // Uncompressed, two requests differ in the digits of their numbers alone.
  const request = asked.protocol === 1 ? readTemplate(make(sampleNumbers.join(''))) : make;
  return () => {
    const digits = drawDigits();
    return { chunks: request(digits), right: makeCheck(digits) };
  };
}

function requestOf(witness: Witness, { protocol, wanted }: Asked): CompileRequest {
  const { fileName, objectName, source } = witness;
  const { compilerName, compilerArguments } = wanted;
  const args = [compilerName, ...compilerArguments, '-c', fileName, '-o', objectName];
  if (protocol !== 3) return { version: protocol, args, source };
  const entries = [{ kind: 'file', name: `/${fileName}`, content: source }] as const;
  return { version: protocol, cwd: '/', args, entries };
}

const sampleNumbers = ['1', '2', '3'].map((digit) => digit.repeat(NUMBER_DIGITS));

/** @param sample - with the sample's numbers, for which those of others are put */
function readTemplate(sample: readonly Uint8Array[]): (digits: string) => readonly Uint8Array[] {
  const template = Buffer.concat(sample);
  // The source comes last, behind words that may hold anything.
  const places = sampleNumbers.map((number) => template.lastIndexOf(number));
  return (digits) => {
    const request = Buffer.from(template);
    let at = 0;
    for (const place of places) {
      request.write(digits.slice(at, at + NUMBER_DIGITS), place, 'latin1');
      at += NUMBER_DIGITS;
    }
    return [request];
  };
}
