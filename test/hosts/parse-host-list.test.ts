import test from 'ava';
import { HostSpecError } from '../../src/errors/index.ts';
import { parseHostList } from '../../src/hosts/index.ts';

function texts(list: string): string[] {
  return parseHostList(list).hosts.map((host) => host.text);
}

test('parseHostList() splits at blanks, tabs, line ends and form feeds', (t) => {
  t.deepEqual(texts(' a\tb\nc\r\nd\fe  f '), ['a', 'b', 'c', 'd', 'e', 'f']);
});

test('parseHostList() leaves out comments, even inside a word', (t) => {
  t.deepEqual(texts('# all\na#c d\n  # x\r\nb # last'), ['a', 'b']);
});

test('parseHostList() has defaults, and no hosts, for an empty list', (t) => {
  t.deepEqual(parseHostList(' \n# nothing\n'), {
    hosts: [],
    isRandomized: false,
    localSlots: 4,
    localCppSlots: 8,
    sources: [],
  });
});

test('parseHostList() reads the words that hold for the whole list', (t) => {
  const list = parseHostList('--randomize a --localslots=3 localhost --localslots_cpp=17');
  t.true(list.isRandomized);
  t.is(list.localSlots, 3);
  t.is(list.localCppSlots, 17);
  t.deepEqual(
    list.hosts.map((host) => host.kind),
    ['tcp', 'local'],
  );
  t.is(parseHostList('--localslots/5').localSlots, 5);
});

test('parseHostList() keeps hosts that are down, marked', (t) => {
  const [first, second] = parseHostList('a,down b').hosts;
  t.true(first?.kind === 'tcp' && first.isDown);
  t.true(second?.kind === 'tcp' && !second.isDown);
});

test('parseHostList() reads the sources with their place among the hosts', (t) => {
  const list = parseHostList('a +zeroconf b c +pattern:mydistcc%02d +srv:_distcc._tcp.example.com');
  t.deepEqual(list.sources, [
    { kind: 'zeroconf', position: 1 },
    { kind: 'pattern', pattern: 'mydistcc%02d', position: 3 },
    { kind: 'srv', name: '_distcc._tcp.example.com', position: 3 },
  ]);
  t.is(list.hosts.length, 3);
});

const rejects = test.macro({
  exec(t, list: string, message: string) {
    t.throws(() => parseHostList(list), { instanceOf: HostSpecError, message });
  },
  title: (_, list: string) => `parseHostList() rejects "${list}"`,
});

const SOURCES = 'of the host list: wanted +zeroconf, +pattern:NAME or +srv:NAME';
const GLOBALS = 'of the host list: wanted --randomize, --localslots=N or --localslots_cpp=N';
const NUMBER = 'of the host list: wanted a number from 1';
test(rejects, 'a +zeroconfig', `Cannot read "+zeroconfig" ${SOURCES}`);
test(rejects, '+pattern:', `Cannot read "+pattern:" ${SOURCES}`);
test(rejects, '+srv:', `Cannot read "+srv:" ${SOURCES}`);
test(rejects, '+', `Cannot read "+" ${SOURCES}`);
test(rejects, '--randomizeXYZ', `Cannot read "--randomizeXYZ" ${GLOBALS}`);
test(rejects, '--localslots 3', `Cannot read "--localslots" ${GLOBALS}`);
test(rejects, '--foo a', `Cannot read "--foo" ${GLOBALS}`);
test(rejects, '--localslots=0', `Cannot read "--localslots=0" ${NUMBER}`);
test(rejects, '--localslots=3x', `Cannot read "--localslots=3x" ${NUMBER}`);
test(rejects, '--localslots_cpp=', `Cannot read "--localslots_cpp=" ${NUMBER}`);
test(rejects, 'a b,cpp c', 'Cannot read the host "b,cpp": option cpp needs option lzo');
