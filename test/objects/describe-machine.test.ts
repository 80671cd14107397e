import test from 'ava';
import { ObjectError } from '../../src/errors/index.ts';
import { readArmAbi } from '../../src/objects/arm-attributes.ts';
import { describeElfMachine } from '../../src/objects/elf-machines.ts';

for (const [number, bits, endianness, flags, machine, abi] of [
  [8, 32, 'big', 0x50001007, 'mips', 'o32'],
  [8, 32, 'big', 0x20000020, 'mips64', 'n32'],
  [8, 32, 'big', 0x20002000, 'mips64', 'o64'],
  [8, 64, 'little', 0x80000007, 'mips64el', 'n64'],
  [8, 32, 'little', 0x90001000, 'mipsisa32r6el', 'o32'],
  [8, 32, 'little', 0xa0000020, 'mipsisa64r6el', 'n32'],
  [21, 64, 'big', 1, 'powerpc64', 'elfv1'],
  [21, 64, 'big', 2, 'powerpc64', 'elfv2'],
  [20, 32, 'little', 0, 'powerpcle', ''],
  [22, 32, 'big', 0, 's390', ''],
  [22, 64, 'big', 0, 's390x', ''],
  [243, 64, 'little', 3, 'riscv64', 'lp64f'],
  [243, 64, 'little', 6, 'riscv64', 'lp64q'],
  [243, 32, 'little', 8, 'riscv32', 'ilp32e'],
  [258, 64, 'little', 0x43, 'loongarch64', 'lp64d'],
  [258, 64, 'little', 0x41, 'loongarch64', 'lp64s'],
  [18, 32, 'big', 0, 'sparc', ''],
  [0x9026, 64, 'little', 0, 'alpha', ''],
  [4, 32, 'big', 0, 'm68k', ''],
  [9999, 32, 'big', 0, 'elf-machine-9999', ''],
] as const) {
  test(`describeElfMachine() calls machine ${number}, ${bits} bits, flags 0x${flags.toString(16)} ${endianness}: ${machine} ${abi}`, (t) => {
    t.deepEqual(describeElfMachine({ number, bits, endianness, flags }), { machine, abi });
  });
}

const text = (value: string) => [...Buffer.from(`${value}\0`)];
const length = (bytes: number) => [bytes, 0, 0, 0];
const scope = (tag: number, body: number[]) => [tag, ...length(body.length + 5), ...body];
const vendor = (name: string, body: number[]) => [
  ...length(body.length + text(name).length + 4),
  ...text(name),
  ...body,
];
const section = (...parts: number[][]) => Uint8Array.from([0x41, ...parts.flat()]);

for (const [what, content, abi] of [
  ['no subsection', section(), 'eabi'],
  ['no tag', section(vendor('aeabi', scope(1, [6, 10]))), 'eabi'],
  ['the base standard', section(vendor('aeabi', scope(1, [28, 0]))), 'eabi'],
  ['VFP registers', section(vendor('aeabi', scope(1, [28, 1]))), 'eabihf'],
  [
    'texts before it',
    section(vendor('aeabi', scope(1, [5, ...text('7-A'), 67, ...text('2.09'), 28, 1]))),
    'eabihf',
  ],
  ['a raw name before it', section(vendor('aeabi', scope(1, [4, ...text('~'), 28, 1]))), 'eabihf'],
  ['a tag in a text', section(vendor('aeabi', scope(1, [5, 28, 1, 0]))), 'eabi'],
  [
    'compatibility before it',
    section(vendor('aeabi', scope(1, [32, 0, ...text('x'), 28, 1]))),
    'eabihf',
  ],
  ['numbers of two bytes', section(vendor('aeabi', scope(1, [0x8c, 1, 0x9c, 1, 28, 1]))), 'eabihf'],
  ['a section scope only', section(vendor('aeabi', scope(2, [1, 0, 28, 1]))), 'eabi'],
  ['another vendor only', section(vendor('gnu', scope(1, [28, 1]))), 'eabi'],
  [
    'another vendor first',
    section(vendor('gnu', [9]), vendor('aeabi', scope(1, [28, 1]))),
    'eabihf',
  ],
] as const) {
  test(`readArmAbi() says ${abi} for ${what}`, (t) => {
    t.is(readArmAbi(content, 'little'), abi);
  });
}

for (const [what, content] of [
  ['a subsection of no bytes', section([...length(0), ...text('aeabi')])],
  ['a scope of no bytes', section(vendor('aeabi', [2, ...length(0)]))],
  ['a subsection longer than the section', section([...length(99), ...text('aeabi')])],
  ['a text without an end', section(vendor('aeabi', scope(1, [5, 0x37])))],
  ['a number without an end', section(vendor('aeabi', scope(1, [28, 0x81])))],
  ['a number of six bytes', section(vendor('aeabi', scope(1, [6, 129, 129, 129, 129, 129, 1])))],
] as const) {
  test(`readArmAbi() refuses ${what}`, (t) => {
    t.throws(() => readArmAbi(content, 'little'), { instanceOf: ObjectError });
  });
}
