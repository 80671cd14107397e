import test from 'ava';
import pLimit from 'p-limit';
import { makeFolder } from '../helpers/make-folder.ts';
import { scriptOf } from '../helpers/paths.ts';
import { startServer } from '../server/start-server.ts';
import { rowsFor } from './commands.ts';
import { tryCommand } from './try-command.ts';

/** Two cores, and each command is a compiler, distcc and a server. */
const inTurn = pLimit(2);

const distcc = `'${process.execPath}' '${scriptOf('distcc')}'`;

for (const [compiler, rows] of Object.entries(rowsFor)) {
  for (const { where, script, likeScript } of rows) {
    const title = script.replaceAll('$CC', compiler).replaceAll('\n', '\\n');
    test(`with distcc, as without it: ${title}`, async (t) => {
      await inTurn(async () => {
        const folder = await makeFolder(t);
        const server = await startServer(t);
        const env = { DISTCC_HOSTS: `127.0.0.1:${server.port}`, DISTCC_BROKER: '0' };
        const plainly = await tryCommand(t, { folder, script: likeScript, compiler });
        const trial = { folder, script, compiler: `${distcc} ${compiler}`, env };
        t.deepEqual(await tryCommand(t, trial), plainly);
        if (where !== 'any') t.is(server.lines.length > 0 ? 'there' : 'here', where);
      });
    });
  }
}
