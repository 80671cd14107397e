import fc from 'fast-check';

/** Changes some bytes of a conversation; it may take pieces of another one. */
type Mutation = (bytes: Buffer, other: Buffer) => Buffer;

const position = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

function at(bytes: Buffer, where: number): number {
  return Math.floor(where * bytes.length);
}

const flip = fc.tuple(position, fc.integer({ min: 1, max: 255 })).map(([where, mask]): Mutation => {
  return (bytes) => {
    const changed = Buffer.from(bytes);
    const index = at(bytes, where);
    if (index < changed.length) changed[index] = (changed[index] ?? 0) ^ mask;
    return changed;
  };
});

const cut = position.map(
  (where): Mutation =>
    (bytes) =>
      bytes.subarray(0, at(bytes, where)),
);

const remove = fc.tuple(position, fc.nat({ max: 40 })).map(([where, length]): Mutation => {
  return (bytes) =>
    Buffer.concat([bytes.subarray(0, at(bytes, where)), bytes.subarray(at(bytes, where) + length)]);
});

const insert = fc
  .tuple(position, fc.uint8Array({ maxLength: 60 }))
  .map(([where, noise]): Mutation => {
    return (bytes) =>
      Buffer.concat([bytes.subarray(0, at(bytes, where)), noise, bytes.subarray(at(bytes, where))]);
  });

const splice = fc.tuple(position, position).map(([here, there]): Mutation => {
  return (bytes, other) =>
    Buffer.concat([bytes.subarray(0, at(bytes, here)), other.subarray(at(other, there))]);
});

const repeat = fc.tuple(position, fc.nat({ max: 60 })).map(([where, length]): Mutation => {
  return (bytes) => {
    const start = at(bytes, where);
    return Buffer.concat([bytes.subarray(0, start + length), bytes.subarray(start)]);
  };
});

const lengths = fc.oneof(
  fc.constantFrom(
    '00000000',
    '00000001',
    'ffffffff',
    '7fffffff',
    '80000000',
    '00010001',
    '20000000',
  ),
  fc.constantFrom('        ', '-0000001', '0x000001', '+0000001', 'FFFFFFFF', '0000000g'),
  fc.nat({ max: 3000 }).map((length) => length.toString(16).padStart(8, '0')),
);

/** Another number in one of the heads: a version, a count or a length. */
const number = fc.tuple(position, lengths).map(([where, digits]): Mutation => {
  return (bytes) => {
    const heads = [...bytes.toString('latin1').matchAll(/[A-Z]{4}[0-9a-f]{8}/g)];
    const head = heads[Math.floor(where * heads.length)];
    if (head === undefined) return bytes;
    const changed = Buffer.from(bytes);
    changed.write(digits, head.index + 4, 'latin1');
    return changed;
  };
});

const token = fc
  .tuple(position, fc.constantFrom('DIST', 'ARGC', 'DOTI', 'NFIL', 'LINK', 'DONE', 'STAT', 'GET '))
  .map(([where, name]): Mutation => {
    return (bytes) => {
      const heads = [...bytes.toString('latin1').matchAll(/[A-Z]{4}[0-9a-f]{8}/g)];
      const head = heads[Math.floor(where * heads.length)];
      if (head === undefined) return bytes;
      const changed = Buffer.from(bytes);
      changed.write(name, head.index, 'latin1');
      return changed;
    };
  });

/** Flip bits behind the last head with a body: where LZO is, in protocols 2 and 3. */
const corrupt = fc.array(flip, { minLength: 1, maxLength: 4 }).map((flips): Mutation => {
  return (bytes, other) => {
    const text = bytes.toString('latin1');
    const body = Math.max(text.lastIndexOf('DOTI'), text.lastIndexOf('FILE')) + 12;
    if (body < 12) return bytes;
    const changed = flips.reduce((tail, change) => change(tail, other), bytes.subarray(body));
    return Buffer.concat([bytes.subarray(0, body), changed]);
  };
});

/** One to three changes, one after the other. */
export const mutations: fc.Arbitrary<Mutation> = fc
  .array(fc.oneof(flip, cut, remove, insert, splice, repeat, number, number, token, corrupt), {
    minLength: 1,
    maxLength: 3,
  })
  .map((changes) => (bytes, other) => changes.reduce((each, change) => change(each, other), bytes));
