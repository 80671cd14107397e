import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { exampleFile } from './run-example.ts';

/** What a YAML file holds; a path leads into it, as in `jobs.build.steps.1.run`. */
export interface Yaml {
  readonly at: (path: string) => Yaml;
  /** A text or number; @throws {RangeError} when there is none. */
  readonly text: (path: string) => string;
  /** The values of a list or a map; none when there is no such path. */
  readonly all: (path: string) => Yaml[];
  readonly names: (path: string) => string[];
}

/** Debian's python3-yaml; not the Python that stands first on a person's PATH, which may be without. */
const reader = [
  '/usr/bin/python3',
  '-c',
  'import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(sys.stdin))))',
] as const;

/** The documents of a file below `examples/`, read by a YAML parser that is not ours. */
export function readYaml(name: string): readonly [Yaml, ...Yaml[]] {
  const [python, ...args] = reader;
  const input = readFileSync(exampleFile(name));
  const documents: unknown = JSON.parse(execFileSync(python, args, { input, encoding: 'utf8' }));
  const [first, ...rest] = Object.values(documents as object).map(makeYaml);
  if (first === undefined) throw new RangeError(`No document in "${name}"`);
  return [first, ...rest];
}

function makeYaml(value: unknown): Yaml {
  const find = (path: string): unknown =>
    path
      .split('.')
      .filter(Boolean)
      .reduce((at: unknown, key) => entriesOf(at).get(key), value);
  return {
    at: (path) => makeYaml(find(path)),
    text: (path) => {
      const found = find(path);
      if (typeof found === 'string' || typeof found === 'number') return String(found);
      throw new RangeError(`No text at "${path}" of ${JSON.stringify(value)}`);
    },
    all: (path) => [...entriesOf(find(path)).values()].map(makeYaml),
    names: (path) => [...entriesOf(find(path)).keys()],
  };
}

function entriesOf(value: unknown): Map<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}
