import { ArgumentError } from '../errors/index.ts';
import { vetDefaults } from './options.ts';
import type { VetOptions } from './options.ts';

/** Smallest and largest, as on lsdistcc's command line; times are in milliseconds. */
const ranges = {
  port: [1, 65_535],
  start: [0, 1_000_000_000],
  gap: [0, 1_000_000],
  networkBits: [0, 128],
  repeat: [1, 1000],
  mdnsWaitMs: [1, 60_000],
  totalTimeoutMs: [0, 86_400_000],
  connectTimeoutMs: [0, 3_600_000],
  compileTimeoutMs: [0, 3_600_000],
} as const satisfies Partial<Record<keyof VetOptions, readonly [number, number]>>;

const choices = {
  protocol: [1, 2, 3],
  verify: ['object', 'status'],
  language: ['c', 'c++', 'objc'],
} as const satisfies Partial<Record<keyof VetOptions, readonly unknown[]>>;

type Range = readonly [number, number];
type Known = readonly (string | number)[];

/** All options that have a default, and perhaps the others. */
export type Settings = VetOptions & Required<Pick<VetOptions, keyof typeof vetDefaults>>;

/**
 * Fill in what was left out: a field that is `undefined` is left out as well. Not everybody's options went
 * past a compiler, and with a `repeat` of 0 every host would be good.
 * @throws {ArgumentError} on a value that makes no sense
 */
export function readOptions(options: VetOptions): Settings {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const settings: Settings = { ...vetDefaults, ...(Object.fromEntries(given) as VetOptions) };
  for (const [name, [min, max]] of Object.entries(ranges) as [keyof typeof ranges, Range][]) {
    const value = settings[name];
    const isWhole = Number.isInteger(value) || (name.endsWith('Ms') && Number.isFinite(value));
    if (!isWhole || value < min || value > max)
      throw new ArgumentError(
        `Cannot take ${String(value)} for ${name}: want a number from ${min} to ${max}`,
      );
  }
  for (const [name, known] of Object.entries(choices) as [keyof typeof choices, Known][]) {
    if (!known.some((each) => each === settings[name]))
      throw new ArgumentError(
        `Cannot take ${JSON.stringify(settings[name])} for ${name}: want ${known.join(', ')}`,
      );
  }
  return settings;
}
