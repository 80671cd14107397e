/** Where the sources of a project come from; the hash is of the archive, whoever serves it. */
export type Archive =
  | {
      readonly from: 'npm';
      readonly spec: string;
      readonly file: string;
      readonly integrity: string;
    }
  | {
      readonly from: 'debian';
      /** The source package. */
      readonly source: string;
      readonly file: string;
      readonly integrity: string;
    };

/** Somebody else's sources, and how they are built. */
export interface Project {
  readonly name: string;
  readonly archive: Archive;
  /** Ours, beneath the repository's root: what is put beside the sources, and its name there. */
  readonly files: Readonly<Record<string, string>>;
  readonly compiler: 'gcc' | 'g++';
  /** Words for make, in this order; the compiler is set by {@link makeCommands}. */
  readonly makes: readonly (readonly string[])[];
}

/** lua 5.4.4: 34 objects, C. */
export const lua: Project = {
  name: 'lua',
  archive: {
    from: 'debian',
    source: 'lua5.4',
    file: 'lua5.4_5.4.4.orig.tar.gz',
    integrity:
      'sha512-rww11boA/suy3WF717gl7fdBihanMHbgTyoN9Yzb8JjcP/RALpdK/XietdhtLhLsbfnIS5myNlbqaUqF+DvNIQ==',
  },
  files: {},
  compiler: 'gcc',
  makes: [['-C', 'src', 'MYCFLAGS=-DLUA_USE_LINUX', 'MYLIBS=-ldl', 'all']],
};

/** leveldb 1.20 and snappy: 45 objects, C++. */
export const leveldb: Project = {
  name: 'leveldb',
  archive: {
    from: 'npm',
    spec: 'leveldown@6.1.1',
    file: 'leveldown-6.1.1.tgz',
    integrity:
      'sha512-88c+E+Eizn4CkQOBHwqlCJaTNEjGpaEIikn1S+cINc5E9HEvJ77bqY4JY/HxT5u0caWqsc3P3DcFIKBI1vHt+A==',
  },
  files: { 'examples/farm/leveldb.mk': 'Makefile', 'examples/farm/leveldb.cc': 'show.cc' },
  compiler: 'g++',
  makes: [['show']],
};

/** redis 7.0.15: 89 objects, and those of what it brings with it, C. */
export const redis: Project = {
  name: 'redis',
  archive: {
    from: 'debian',
    source: 'redis',
    file: 'redis_7.0.15.orig.tar.gz',
    integrity:
      'sha512-VyxrYEvtGAABaMv9xRZVDXj/N9zFHJE55zmB3+cThmgVVaLIU7atjz4dKtjYEWwLozjncvh/4Ie8mGNjpIKOnQ==',
  },
  files: {},
  compiler: 'gcc',
  makes: [
    ['-C', 'deps', 'hiredis', 'linenoise', 'lua', 'hdr_histogram'],
    ['-C', 'src', 'MALLOC=libc', 'redis-server'],
  ],
};

/** re2 and abseil: 100 objects, C++ of the heavy kind. */
export const re2: Project = {
  name: 're2',
  archive: {
    from: 'npm',
    spec: 're2@1.27.1',
    file: 're2-1.27.1.tgz',
    integrity:
      'sha512-J0RHubiwH/isNWD2Z+TX+hpVZCkaS/X30KPtYwckK5sjEaW8BRhnd15EPIjBB5GxD174iEVtJmmCoqfErH1qDQ==',
  },
  files: { 'test/projects/re2.mk': 'Makefile' },
  compiler: 'g++',
  makes: [['all']],
};

/**
 * The commands that build a project, one after the other, in the folder it was unpacked to.
 * @param compiler - what the makefile calls: `distcc gcc -g`
 * @param jobs - how many at once
 */
export function makeCommands(
  { compiler: kind, makes }: Project,
  compiler: string,
  jobs: number,
): string[][] {
  const variable = kind === 'gcc' ? 'CC' : 'CXX';
  return makes.map((words) => ['make', `-j${jobs}`, ...words, `${variable}=${compiler}`]);
}
