import type { CompileRequest, CompileResponse } from '../../src/protocol/index.ts';
import { bytes } from './streams.ts';

/** What `int x;\n` is in LZO: 7 literals and the end marker. */
const lzoSource = '\x18int x;\n\x11\x00\x00';
const words =
  'ARGC00000005ARGV00000003gccARGV00000002-cARGV00000003a.cARGV00000002-oARGV00000003a.o';
const args = ['gcc', '-c', 'a.c', '-o', 'a.o'];
const source = bytes('int x;\n');
const none = bytes('');

/** Captured from distcc 3.4 (fact sheet 1.9): each version's bytes and what they mean. */
export const requests: readonly {
  readonly title: string;
  readonly stream: Uint8Array;
  readonly request: CompileRequest;
}[] = [
  {
    title: 'protocol 1',
    stream: bytes(`DIST00000001${words}DOTI00000007int x;\n`),
    request: { version: 1, args, source },
  },
  {
    title: 'protocol 2',
    stream: bytes(`DIST00000002${words}DOTI0000000b${lzoSource}`),
    request: { version: 2, args, source },
  },
  {
    title: 'protocol 3',
    stream: bytes(
      `DIST00000003CDIR00000002/w${words}NFIL00000002` +
        `NAME00000006/w/a.cFILE0000000b${lzoSource}NAME00000006/w/h.hLINK00000006/w/g.h`,
    ),
    request: {
      version: 3,
      cwd: '/w',
      args,
      entries: [
        { kind: 'file', name: '/w/a.c', content: source },
        { kind: 'link', name: '/w/h.h', target: '/w/g.h' },
      ],
    },
  },
];

/** The replies to them, with objects short enough to read. */
export const responses: readonly {
  readonly title: string;
  readonly stream: Uint8Array;
  readonly response: CompileResponse;
}[] = [
  {
    title: 'protocol 1, compiled',
    stream: bytes('DONE00000001STAT00000000SERR00000000SOUT00000000DOTO00000004\x7fELF'),
    response: { version: 1, status: 0, stderr: none, stdout: none, object: bytes('\x7fELF') },
  },
  {
    title: 'protocol 1, failed',
    stream: bytes('DONE00000001STAT00000100SERR00000006error\nSOUT00000000DOTO00000000'),
    response: { version: 1, status: 256, stderr: bytes('error\n'), stdout: none, object: none },
  },
  {
    title: 'protocol 1, compiled to nothing',
    stream: bytes('DONE00000001STAT00000000SERR00000000SOUT00000000DOTO00000000'),
    response: { version: 1, status: 0, stderr: none, stdout: none, object: none },
  },
  {
    title: 'protocol 2, compiled',
    stream: bytes(
      'DONE00000002STAT00000000SERR00000000SOUT00000000DOTO00000008\x15\x7fELF\x11\x00\x00',
    ),
    response: { version: 2, status: 0, stderr: none, stdout: none, object: bytes('\x7fELF') },
  },
  {
    title: 'protocol 3, compiled',
    stream: bytes(
      'DONE00000003STAT00000000SERR00000000SOUT00000000DOTO00000008\x15\x7fELF\x11\x00\x00' +
        'DOTD0000000d\x1aa.o: a.c\n\x11\x00\x00',
    ),
    response: {
      version: 3,
      status: 0,
      stderr: none,
      stdout: none,
      object: bytes('\x7fELF'),
      dependencies: bytes('a.o: a.c\n'),
    },
  },
  {
    title: 'protocol 3, killed by SIGSEGV',
    stream: bytes('DONE00000003STAT0000000bSERR00000000SOUT00000000DOTO00000000'),
    response: { version: 3, status: 11, stderr: none, stdout: none, object: none },
  },
];
