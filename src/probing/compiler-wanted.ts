/** How the wanted version compares with the compiler's own. */
export type VersionOperator = '=' | '>=' | '<=' | '>' | '<';

/** Which compiler is wanted, as far as it can be told from an object. */
export interface CompilerWanted {
  readonly family: 'gcc' | 'clang';
  /** `12` and `12.2` both agree with 12.2.0: only the numbers written are compared. */
  readonly version?: { readonly operator: VersionOperator; readonly version: string };
}

/** A compiler's name apart from its target: `gcc-12`, `clang++>=15`. */
export interface CompilerName {
  /** What to run, less a triple: `gcc-12`; a comparison is no part of it. */
  readonly name: string;
  /** Absent for `cc` and `c++`, which may be either. */
  readonly compiler?: CompilerWanted;
}

const families = {
  gcc: 'gcc',
  'g++': 'gcc',
  clang: 'clang',
  'clang++': 'clang',
  cc: undefined,
  'c++': undefined,
} as const;
const compilerPattern =
  /^(?<base>gcc|g\+\+|cc|c\+\+|clang|clang\+\+)(?:(?<operator>-|>=|<=|==?|>|<)(?<version>\d{1,4}(?:\.\d{1,4}){0,3}))?$/;
/** `GCC: (Debian 12.2.0-14+deb12u1) 12.2.0`, `Debian clang version 14.0.6`. */
const identifications = [
  { family: 'gcc', pattern: /^GCC: \(.*\) (\d+(?:\.\d+)*)/ },
  { family: 'clang', pattern: /\bclang version (\d+(?:\.\d+)*)/ },
] as const;

/** Read a compiler's name with an optional version; undefined when it is none of gcc's and clang's. */
export function readCompilerName(text: string): CompilerName | undefined {
  const { base, operator, version } = compilerPattern.exec(text)?.groups ?? {};
  if (base === undefined) return undefined;
  const family = families[base as keyof typeof families];
  const name = operator === '-' ? text : base;
  if (family === undefined) return version === undefined ? { name } : undefined;
  if (version === undefined) return { name, compiler: { family } };
  const wanted = { operator: operatorOf(operator ?? '='), version };
  return { name, compiler: { family, version: wanted } };
}

/** Name the wanted compiler as a person would: `gcc`, `clang >= 15`. */
export function formatCompilerWanted({ family, version }: CompilerWanted): string {
  return version === undefined ? family : `${family} ${version.operator} ${version.version}`;
}

/**
 * Whether an object's own identification is that of the wanted compiler.
 * @param identification - `ObjectFile.compiler`; an object that says nothing proves nothing
 */
export function isCompilerWanted(
  wanted: CompilerWanted,
  identification: string | undefined,
): boolean {
  const { pattern } = identifications.find(({ family }) => family === wanted.family) ?? {};
  const found = pattern?.exec(identification ?? '')?.[1];
  if (found === undefined) return false;
  if (wanted.version === undefined) return true;
  const order = compareVersions(found, wanted.version.version);
  return comparisons[wanted.version.operator](order);
}

/**
 * Whether two objects' identifications name one compiler: its family and all its numbers. Who packaged it
 * does not matter, and nothing is told apart by an identification that is absent or unknown.
 */
export function isSameVersion(left: string | undefined, right: string | undefined): boolean {
  const [one, other] = [left, right].map(readIdentification);
  return one === undefined || other === undefined || one === other;
}

/** `gcc 12.2.0` */
function readIdentification(identification = ''): string | undefined {
  for (const { family, pattern } of identifications) {
    const version = pattern.exec(identification)?.[1];
    if (version !== undefined) return `${family} ${version}`;
  }
  return undefined;
}

const comparisons = {
  '=': (order) => order === 0,
  '>=': (order) => order >= 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '<': (order) => order < 0,
} satisfies Record<VersionOperator, (order: number) => boolean>;

/** `-12` and `==12` are other ways to write `=12`. */
function operatorOf(text: string): VersionOperator {
  return Object.hasOwn(comparisons, text) ? (text as VersionOperator) : '=';
}

/** Positive when `found` is later, as far as `wanted` has numbers. */
function compareVersions(found: string, wanted: string): number {
  const numbers = found.split('.').map(Number);
  const differences = wanted.split('.').map((part, index) => (numbers[index] ?? 0) - Number(part));
  return differences.find((difference) => difference !== 0) ?? 0;
}
