import fs from 'node:fs';

/** What was thrown in the place of a machine that is off. */
export class PowerLoss extends Error {}

/** Calls that change a disk. */
const CALLS = [
  'openSync',
  'writeFileSync',
  'fsyncSync',
  'renameSync',
  'mkdirSync',
  'rmSync',
] as const;

/**
 * Run something and lose the power at its Nth call that changes the disk: that call and all after it do
 * nothing, as after kill -9, but that a write may leave half of its text.
 * @returns whether it came to its end before
 */
export async function losePowerAt(count: number, work: () => Promise<unknown>): Promise<boolean> {
  const real = { ...fs };
  let calls = 0;
  for (const name of CALLS) {
    Object.assign(fs, {
      [name]: (...args: unknown[]): unknown => {
        calls += 1;
        if (calls < count) return (real[name] as (...all: unknown[]) => unknown)(...args);
        const [descriptor, text] = args;
        if (calls === count && name === 'writeFileSync' && typeof text === 'string') {
          real.writeFileSync(descriptor as number, text.slice(0, text.length / 2));
        }
        throw new PowerLoss(`at ${name}`);
      },
    });
  }
  try {
    await work();
    return true;
  } catch (error) {
    if (calls < count) throw error;
    return false;
  } finally {
    for (const name of CALLS) Object.assign(fs, { [name]: real[name] });
  }
}
