import { CompilerMissingError } from '../../src/errors/index.ts';
import { findProgram, splitPath } from '../../src/process/index.ts';

/** Somebody else's sources, in a package of the npm registry. */
export interface Project {
  readonly title: string;
  readonly packageName: string;
  readonly version: string;
  /** Of the package's archive, as the registry and every lock file write it. */
  readonly integrity: string;
  /** The folders of the archive that hold the sources. */
  readonly folders: readonly string[];
  /** Ours, beside this file: how it is built, and a program that shows that it works. */
  readonly makefile: string;
  readonly program: string;
  /** The variable that names the compiler to make, and the compiler. */
  readonly variable: 'CC' | 'CXX';
  readonly compiler: string;
}

const leveldb: Project = {
  title: 'leveldb and snappy (C++)',
  packageName: 'leveldown',
  version: '6.1.1',
  integrity:
    'sha512-88c+E+Eizn4CkQOBHwqlCJaTNEjGpaEIikn1S+cINc5E9HEvJ77bqY4JY/HxT5u0caWqsc3P3DcFIKBI1vHt+A==',
  folders: ['deps/leveldb', 'deps/snappy'],
  makefile: 'leveldb.mk',
  program: 'leveldb.cc',
  variable: 'CXX',
  compiler: 'g++',
};

/** For machines without a C++ compiler. */
const brotli: Project = {
  title: 'brotli (C)',
  packageName: 'iltorb',
  version: '2.4.5',
  integrity:
    'sha512-EMCMl3LnnNSZJS5QrxyZmMTaAC4+TJkM5woD+xbpm9RB+mFYCr7C05GFE3TEGCsVQSVHmjX+3sf5AiwsylNInQ==',
  folders: ['brotli/c'],
  makefile: 'brotli.mk',
  program: 'brotli.c',
  variable: 'CC',
  compiler: 'gcc',
};

/**
 * What this machine can build.
 * @throws {CompilerMissingError} when it can build nothing; the message says what to install
 */
export function chooseProject(): Project {
  const folders = splitPath(process.env['PATH'] ?? '');
  const missing = ['make', 'gcc', 'tar'].filter((name) => findProgram(name, folders) === undefined);
  if (missing.length > 0) {
    throw new CompilerMissingError(
      `Cannot build anything here: install ${missing.join(' and ')} (Debian: apt-get install gcc g++ make tar)`,
    );
  }
  return findProgram(leveldb.compiler, folders) === undefined ? brotli : leveldb;
}
