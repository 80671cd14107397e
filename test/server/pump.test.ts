import test from 'ava';
import { compileHere, makePumpProject, sendPump, withLine } from './pump-project.ts';
import type { PumpProject } from './pump-project.ts';
import { messagesOf, startServer } from './start-server.ts';

/** How a build may name its files: the folder it stands in, and the words. */
const places = {
  'relative paths': (root: string, source: string) => ({
    cwd: root,
    words: `-Iinc -iquote quoted -include forced.h -c src/${source} -o main.o`,
  }),
  'a folder without a file': (root: string, source: string) => ({
    cwd: `${root}/out`,
    words: `-I ../inc -iquote ../quoted -include ../forced.h -c ../src/${source} -o main.o`,
  }),
  'a folder behind a link': (root: string, source: string) => ({
    cwd: root,
    words: `-isystem inc2 -iquote quoted -include ./forced.h -c ./src/${source} -o main.o`,
  }),
  'absolute paths': (root: string, source: string) => ({
    cwd: `${root}/out`,
    words: `-I${root}/inc -iquote ${root}/quoted -include ${root}/forced.h -c ${root}/src/${source} -o ${root}/out/main.o`,
  }),
};
const LEVELS = ['-O0', '-O2', '-g', '-g -gdwarf-4', '-O2 -g -gdwarf-5', '-g3', '-S', '-g -S'];

for (const [place, wordsOf] of Object.entries(places)) {
  for (const [compiler, source] of [
    ['gcc', 'main.c'],
    ['g++', 'main.cc'],
    ['clang', 'main.c'],
    ['clang++', 'main.cc'],
  ] as const) {
    test(`a job of protocol 3 with ${place} makes the object of local ${compiler}`, async (t) => {
      const { port } = await startServer(t);
      const project = await makePumpProject(t);
      const { cwd, words } = wordsOf(project.path, source);
      const entries = place === 'absolute paths' ? project.entries.map(withLine) : project.entries;
      for (const level of LEVELS) {
        const args = [compiler, ...level.split(' '), ...words.split(' ')];
        const [local, remote] = await Promise.all([
          compileHere(t, { cwd, args }),
          sendPump(port, { cwd, args, entries }),
        ]);
        t.is(messagesOf(remote), local.stderr);
        t.true(local.object.length > 100);
        t.true(local.object.equals(remote.object), level);
        t.is(Buffer.from(remote.dependencies ?? []).toString(), local.dependencies);
      }
    });
  }
}
