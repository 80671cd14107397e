import { ObjectError } from '../errors/index.ts';
import { readObject } from '../objects/index.ts';
import type { ObjectFile } from '../objects/index.ts';
import { formatCompilerWanted, isCompilerWanted, isSameVersion } from './compiler-wanted.ts';
import { judgeAlike, remember } from './proven-objects.ts';
import type { ToolchainWanted } from './toolchain.ts';
import { isCharSignedOn } from './triple.ts';
import type { TargetWanted } from './triple.ts';
import type { Verdict } from './verdict.ts';
import type { AnswerCheck, WitnessedFacts } from './witness.ts';

/** What an object says of its origin: the compiler's own words, and `x86_64` or `arm eabihf`. */
export interface ObjectOrigin {
  readonly compiler?: string;
  readonly target: string;
}

/** What an answer is worth. */
export type Judgement =
  | ({ readonly verdict: 'up' } & ObjectOrigin)
  | ({
      readonly verdict: Extract<Verdict, 'forged' | 'wrong-target' | 'wrong-compiler'>;
      /** One line for a person, without a full stop. */
      readonly reason: string;
    } & Partial<ObjectOrigin>);

/** The part of an object that is the same for every witness of a language. */
export type LocalCode = Pick<ObjectFile, 'code' | 'compiler'>;

/** What else the answer is held against. */
export interface JudgeOptions {
  /** What the local compiler makes of any witness of this language (`--match-local`). */
  readonly localCode?: LocalCode;
}

type Fault = Pick<Extract<Judgement, { reason: string }>, 'verdict' | 'reason'>;

/**
 * Judge the object a host sent back for a witness: is it an object, for the wanted target, compiled
 * from this very source, by the wanted compiler? Never throws, whatever the bytes.
 */
export function judgeObject(
  bytes: Uint8Array,
  witness: AnswerCheck,
  wanted: ToolchainWanted,
  { localCode }: JudgeOptions = {},
): Judgement {
  return (
    judgeAlike(bytes, witness, wanted, localCode) ?? judgeAfresh(bytes, witness, wanted, localCode)
  );
}

function judgeAfresh(
  bytes: Uint8Array,
  witness: AnswerCheck,
  wanted: ToolchainWanted,
  localCode: LocalCode | undefined,
): Judgement {
  try {
    const object = readObject(bytes);
    const answer = object.symbol(witness.symbol);
    const origin = {
      target: formatTarget(object),
      ...(object.compiler !== undefined && { compiler: object.compiler }),
    };
    const fault =
      findTargetFault(object, wanted) ??
      findAnswerFault(object, answer, witness, wanted) ??
      findCompilerFault(object, wanted) ??
      findCodeFault(object, localCode);
    if (fault !== undefined) return { ...fault, ...origin };
    const judgement = { verdict: 'up', ...origin } as const;
    if (answer !== undefined) {
      const answerAt = answer.byteOffset - bytes.byteOffset;
      remember(wanted, { bytes, answerAt, endianness: object.endianness, localCode, judgement });
    }
    return judgement;
  } catch (error) {
    if (!(error instanceof ObjectError)) throw error;
    const reason = `The host sent ${bytes.length} bytes that are no object file: ${error.message}`;
    return { verdict: 'forged', reason };
  }
}

function formatTarget({ format, machine, abi }: Partial<ObjectFile> | TargetWanted): string {
  return [machine, abi, format === 'elf' ? '' : format].filter(Boolean).join(' ');
}

function findTargetFault(object: ObjectFile, wanted: TargetWanted): Fault | undefined {
  const fields = ['format', 'machine', 'bits', 'endianness', 'abi'] as const;
  const field = fields.find((name) => wanted[name] !== undefined && wanted[name] !== object[name]);
  if (field === undefined) return undefined;
  const difference = `${String(object[field])} instead of ${String(wanted[field])}`;
  const detail = field === 'machine' ? '' : ` (${field} ${difference})`;
  return {
    verdict: 'wrong-target',
    reason: `The object is for ${formatTarget(object)}, wanted ${formatTarget(wanted)}${detail}`,
  };
}

function findAnswerFault(
  object: ObjectFile,
  answer: Uint8Array | undefined,
  witness: AnswerCheck,
  wanted: TargetWanted,
): Fault | undefined {
  if (answer === undefined) {
    return forged(`The object was not compiled from the probe: it has no ${witness.symbol}`);
  }
  const check = witness.check(answer, object.endianness);
  if (check.kind === 'wrong') {
    return forged(`The object was not compiled from the probe: ${check.reason}`);
  }
  return findSizeFault(object, check) ?? findCharFault(object, check, wanted);
}

function findSizeFault(object: ObjectFile, witnessed: WitnessedFacts): Fault | undefined {
  const pointerBytes = object.bits / 8;
  // Windows alone has a 32-bit long beside 64-bit pointers.
  const longBytes = object.format === 'coff' ? 4 : pointerBytes;
  if (witnessed.pointerBytes !== pointerBytes) {
    return forged(
      `The object contradicts itself: pointers of ${witnessed.pointerBytes} bytes in a ${object.bits}-bit object`,
    );
  }
  if (witnessed.longBytes === longBytes) return undefined;
  return forged(
    `The object contradicts itself: a long of ${witnessed.longBytes} bytes, want ${longBytes}`,
  );
}

/** A compiler set to the other char compiles everything, and some of it wrongly. */
function findCharFault(object: ObjectFile, witnessed: WitnessedFacts, wanted: TargetWanted) {
  if (wanted.machine === undefined || object.format !== 'elf') return undefined;
  const expected = isCharSignedOn(object.machine);
  if (expected === undefined || witnessed.isCharSigned === expected) return undefined;
  const [found, want] = expected ? ['unsigned', 'signed'] : ['signed', 'unsigned'];
  const reason = `The compiler's char is ${found}, on ${object.machine} it is ${want}`;
  return { verdict: 'wrong-target', reason } as const;
}

function findCompilerFault(object: ObjectFile, { compiler }: ToolchainWanted): Fault | undefined {
  if (compiler === undefined || isCompilerWanted(compiler, object.compiler)) return undefined;
  return {
    verdict: 'wrong-compiler',
    reason: `The object is by ${nameMaker(object)}, wanted ${formatCompilerWanted(compiler)}`,
  };
}

/** Two versions may make the same code of one probe: where both have a name, that decides first. */
function findCodeFault(object: ObjectFile, local: LocalCode | undefined): Fault | undefined {
  if (local === undefined) return undefined;
  const maker = nameMaker(object);
  if (!isSameVersion(object.compiler, local.compiler)) {
    const reason = `The object is by ${maker}, the local compiler is ${nameMaker(local)}`;
    return { verdict: 'wrong-compiler', reason };
  }
  const { code } = object;
  if (Buffer.compare(code, local.code) === 0) return undefined;
  return {
    verdict: 'wrong-compiler',
    reason: `The code by ${maker} (${code.length} bytes) is not what the local compiler makes of the probe (${local.code.length} bytes)`,
  };
}

function nameMaker({ compiler }: Partial<ObjectFile>): string {
  return compiler ?? 'a compiler it does not name';
}

function forged(reason: string): Fault {
  return { verdict: 'forged', reason };
}
