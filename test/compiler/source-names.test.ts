import test from 'ava';
import {
  baseName,
  extensionOf,
  isSourceName,
  preprocessedExtensionOf,
} from '../../src/compiler/index.ts';

const preprocesses = test.macro({
  exec(t, extensions: string, wanted: string) {
    for (const extension of extensions.split(' ')) {
      t.is(preprocessedExtensionOf(extension), wanted);
      t.true(isSourceName(`dir/a.b${extension}`));
    }
  },
  title: (_, extensions: string, wanted: string) =>
    `preprocessedExtensionOf() makes ${wanted} of ${extensions}`,
});

test(preprocesses, '.c .i', '.i');
test(preprocesses, '.cc .cpp .cxx .cp .c++ .C .ii', '.ii');
test(preprocesses, '.m .mi', '.mi');
test(preprocesses, '.mm .M .mii', '.mii');

test('isSourceName() is false for what is compiled here only', (t) => {
  const names = 'a.s a.S a.h a.o a.f90 a.go a.cu a.CPP a.I c a. .';
  t.deepEqual(names.split(' ').filter(isSourceName), []);
});

test('extensionOf() counts from the last dot of the whole path', (t) => {
  const names = ['a.c', 'a.b.cc', 'x.d/a', 'a', 'a.', '.c', '', './-x.c'];
  t.deepEqual(names.map(extensionOf), ['.c', '.cc', '.d/a', '', '', '.c', '', '.c']);
});

test('baseName() is what stands behind the last slash', (t) => {
  t.deepEqual(['a', '/x/a.c', 'x/', './-x'].map(baseName), ['a', 'a.c', '', '-x']);
});
