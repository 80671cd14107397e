import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { startDnsServer } from '../dns/start-dns-server.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { commandOf } from '../helpers/paths.ts';
import { run } from '../helpers/run.ts';
import { startOriginalDistccd, startOurDistccd } from '../helpers/start-daemon.ts';
import { waitUntil } from '../helpers/wait-until.ts';

/** The line of the README, word for word, less the path of the program and the limits of a test. */
const script = `
export DISTCC_HOSTS=$(lsdistcc mydistcc%d)
echo "$DISTCC_HOSTS"
make -s -j2 CC='distcc gcc'
`;

const makefile = `
all: one.o two.o three.o
%.o: %.c
\t$(CC) -c $< -o $@
`;

const farm = { mydistcc1: '127.0.0.2', mydistcc2: '127.0.0.3' };

for (const shell of ['/bin/sh', '/bin/bash', '/usr/bin/zsh']) {
  for (const client of ['ours', 'original'] as const) {
    test(`DISTCC_HOSTS=$(lsdistcc mydistcc%d) and make work in ${shell}, client: ${client}`, async (t) => {
      const start = client === 'ours' ? startOriginalDistccd : startOurDistccd;
      const daemon = await start(t, { isEverywhere: true });
      const folder = await makeProject(t, client, daemon.port);
      const env = {
        PATH: `${folder}/bin:${process.env['PATH'] ?? ''}`,
        DISTCC_FALLBACK: '0',
      };
      // A mount namespace of its own: the client finds the same names in /etc/hosts.
      const mount = `mount --bind ${folder}/hosts /etc/hosts && exec ${shell} ${folder}/script`;
      const result = await run(t, ['unshare', '-rm', '/bin/sh', '-c', mount], { cwd: folder, env });
      t.is(result.code, 0, result.stderr);
      const hosts = result.stdout.trimEnd().split('\n').sort();
      t.deepEqual(
        hosts,
        Object.keys(farm).map((name) => `${name}:${daemon.port}`),
      );
      for (const name of ['one', 'two', 'three']) {
        const object = await readFile(path.join(folder, `${name}.o`));
        t.is(object.toString('latin1', 1, 4), 'ELF');
      }
      const countServed = async (): Promise<number> =>
        (await daemon.readLog()).match(/COMPILE_OK|exit code 0/g)?.length ?? 0;
      // A daemon answers first and logs then.
      await waitUntil('the last job is logged', async () => (await countServed()) >= 2 + 3);
      t.is(await countServed(), 2 + 3, 'two test compiles and three objects');
    });
  }
}

/** Sources, a Makefile, and a PATH on which lsdistcc asks the test's DNS server and port. */
async function makeProject(
  t: Parameters<typeof makeFolder>[0],
  client: 'ours' | 'original',
  port: number,
): Promise<string> {
  const folder = await makeFolder(t);
  const names = Object.fromEntries(
    Object.entries(farm).map(([name, address]) => [name, { A: [address] }]),
  );
  const dns = await startDnsServer(t, { names });
  const hosts = Object.entries(farm).map(([name, address]) => `${address} ${name}\n`);
  await writeFile(path.join(folder, 'hosts'), hosts.join(''));
  await writeFile(path.join(folder, 'script'), script);
  await writeFile(path.join(folder, 'Makefile'), makefile);
  for (const name of ['one', 'two', 'three']) {
    await writeFile(path.join(folder, `${name}.c`), `int ${name}(void) { return 1; }\n`);
  }
  const distcc = client === 'ours' ? commandOf('distcc').join(' ') : '/usr/bin/distcc';
  const options = `--dns-server 127.0.0.1:${dns.port} -r${port} -t30 -c9000 -k9000`;
  await mkdir(path.join(folder, 'bin'));
  const write = (name: string, command: string): Promise<void> =>
    writeFile(path.join(folder, 'bin', name), `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
  await write('distcc', distcc);
  await write('lsdistcc', `${commandOf('lsdistcc').join(' ')} ${options}`);
  return folder;
}
