import test from 'ava';
import { Blacklist } from '../../src/blacklist/index.ts';
import { findFreePort } from '../helpers/free-port.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { runCli } from '../helpers/run.ts';
import { startOriginalDistccd, startOurDistccd } from '../helpers/start-daemon.ts';
import { startFakeDistccd } from '../helpers/start-fake-distccd.ts';

test('distcc --ping asks every host of the list, each with a line, in the list’s order', async (t) => {
  const ours = await startOurDistccd(t, { args: ['--user', 'root'] });
  const original = await startOriginalDistccd(t);
  const silent = await startFakeDistccd(t, () => undefined);
  const closed = await findFreePort();
  const ports = [closed, ours.port, silent.port, original.port];
  const hosts = `localhost/2 ${ports.map((port) => `127.0.0.1:${port}/3`).join(' ')}`;
  const { code, stdout, stderr } = await runCli(t, 'distcc', ['--ping'], {
    env: { DISTCC_HOSTS: hosts },
  });
  t.is(code, 1);
  t.is(stderr, '');
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
  t.deepEqual(
    rows.map(([spec, verdict, address]) => [spec, verdict, address]),
    [
      [`127.0.0.1:${closed}/3`, 'refused', '127.0.0.1'],
      [`127.0.0.1:${ours.port}/3`, 'up', '127.0.0.1'],
      [`127.0.0.1:${silent.port}/3`, 'stalled', '127.0.0.1'],
      [`127.0.0.1:${original.port}/3`, 'up', '127.0.0.1'],
    ],
  );
  t.regex(rows[1]?.[3] ?? '', /^\d+$/);
  t.regex(rows[0]?.[4] ?? '', /refused/i);
});

test('distcc --ping exits 0 when every host is up, and asks one that is blacklisted', async (t) => {
  const { port } = await startOriginalDistccd(t);
  const folder = await makeFolder(t);
  const blacklist = new Blacklist({ folder });
  blacklist.recordFailure('127.0.0.1', port, 'refused');
  const words = ['--ping', '--json', `127.0.0.1:${port}`];
  const { code, stdout } = await runCli(t, 'distcc', words, {
    env: { DISTCC_HOSTS: '', DISTCC_DIR: folder },
  });
  t.is(code, 0);
  t.is(blacklist.find('127.0.0.1', port), undefined, 'it has proved itself');
  t.like(JSON.parse(stdout), { host: '127.0.0.1', verdict: 'up', port });
});

test('distcc --ping exits 116 without a host, and 101 on an option', async (t) => {
  const none = await runCli(t, 'distcc', ['--ping'], { env: { DISTCC_HOSTS: 'localhost' } });
  t.deepEqual([none.code, none.stdout], [116, '']);
  t.regex(none.stderr, /^distcc: No hosts to ask: set DISTCC_HOSTS/);
  const lost = await runCli(t, 'distcc', ['--ping'], {
    env: { DISTCC_HOSTS: '+srv:_a._tcp.invalid' },
  });
  t.is(lost.code, 116);
  t.regex(lost.stderr, /^distcc: No hosts to ask: none was found by srv _a\._tcp\.invalid$/m);
  const wrong = await runCli(t, 'distcc', ['--ping', '--jsn']);
  t.is(wrong.code, 101);
});
