import test from 'ava';
import { countPlaces, formatPlaces } from '../../examples/farm/count-places.ts';
import { makeScreen, wrap } from '../../examples/farm/screen.ts';

const log = `distcc[7] compiled on 127.0.0.12:4000: exit code 0
distcc[8] compiled on 127.0.0.11:4000: exit code 0
distcc[9] Warning: failed to distribute to 127.0.0.11:4000: Connection broken: ECONNRESET
distcc[10] compiled on 127.0.0.12:4000: exit code 0
distcc[11] compiled on 127.0.0.12:4000: exit code 1
distcc[12] compiling here: it links
`;
const names = new Map([['127.0.0.11:4000', 'mydistcc1']]);

test('countPlaces() takes what no host compiled for compiled here', (t) => {
  const places = countPlaces(log, 5);
  t.is(places.remoteCount, 3);
  t.is(formatPlaces(places, names), '5 objects: 2 on 127.0.0.12:4000, 1 on mydistcc1, 2 here');
  t.is(formatPlaces(countPlaces('', 5), names), '5 objects: 5 here');
});

test('wrap() breaks between words and indents what follows', (t) => {
  t.deepEqual(wrap('one two three four', 9), ['one two', '    three', '    four']);
  t.deepEqual(wrap('one two', Infinity), ['one two']);
  t.deepEqual(wrap('incomprehensibilities one', 6), ['incomprehensibilities', '    one']);
});

function show(stream: { isTTY?: boolean; columns?: number }, env: Record<string, string>): string {
  let written = '';
  const screen = makeScreen({ ...stream, write: (text) => (written += text) }, env);
  screen.status('busy');
  screen.title('Title');
  screen.command('make');
  screen.verdict('red: up', true);
  return written;
}

test('makeScreen() writes plain lines into a pipe', (t) => {
  t.is(show({}, { TERM: 'xterm' }), 'Title\n$ make\nred: up\n');
});

test('makeScreen() keeps colours from a terminal that does not want them', (t) => {
  const terminal = { isTTY: true, columns: 80 };
  const plain = '\r\u001B[Kbusy\r\u001B[KTitle\n\r\u001B[K$ make\n\r\u001B[Kred: up\n';
  t.is(show(terminal, { NO_COLOR: '1' }), plain);
  t.is(show(terminal, { TERM: 'dumb' }), plain);
  t.not(show(terminal, { TERM: 'xterm' }), plain);
});
