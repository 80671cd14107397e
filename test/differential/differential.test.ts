import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import pLimit from 'p-limit';
import { seededRandom } from '../dns/seeded-random.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { commandOf } from '../helpers/paths.ts';
import { startOriginalDistccd } from '../helpers/start-daemon.ts';
import { startServer } from '../server/start-server.ts';
import { combine } from './combine.ts';
import { rowsFor } from './commands.ts';
import type { Row } from './commands.ts';
import { tryCommand } from './try-command.ts';

/** `npm run differential` tries all; otherwise each of two compilers has half of their common rows. */
const triesAll = process.env['DIFFERENTIAL'] === 'all';

/** Two cores, and each command is a compiler, distcc and a server. */
const inTurn = pLimit(2);

const distcc = commandOf('distcc')
  .map((word) => `'${word}'`)
  .join(' ');

for (const [compiler, rows] of Object.entries(rowsFor)) {
  const parity = compiler.startsWith('g') ? 0 : 1;
  for (const row of rows.filter((_, index) => triesAll || index % 2 === parity)) {
    test(`with distcc, as without it: ${titleOf(row.script, compiler)}`, async (t) => {
      await inTurn(() => compare(t, compiler, row));
    });
  }
}

const seed = Number(process.env['SEED'] ?? 5);
const random = seededRandom(seed);
for (let index = 0; index < (triesAll ? 400 : 40); index += 1) {
  const script = combine(random);
  const compiler = ['gcc', 'clang', 'g++', 'clang++'][Math.floor(random() * 4)] ?? 'gcc';
  test(`with distcc, as without it: #${index} of seed ${seed}: ${titleOf(script, compiler)}`, async (t) => {
    await inTurn(() => compare(t, compiler, { where: 'any', script, likeScript: script }));
  });
}

test("with the original's distccd, as without distcc: every tenth command", async (t) => {
  const daemon = await startOriginalDistccd(t);
  for (const [compiler, rows] of Object.entries(rowsFor)) {
    const some = rows.filter(({ where }, index) => where === 'there' && index % 10 === 0);
    for (const row of some) await inTurn(() => compareWith(t, compiler, row, daemon.port));
  }
  const served = (await daemon.readLog()).match(/COMPILE_OK/g) ?? [];
  t.true(served.length > 25, `it compiled ${served.length}`);
});

function titleOf(script: string, compiler: string): string {
  return script.replaceAll('$CC', compiler).replaceAll('\n', '\\n');
}

async function compare(t: ExecutionContext, compiler: string, row: Row): Promise<void> {
  const server = await startServer(t);
  await compareWith(t, compiler, row, server.port);
  if (row.where !== 'any') t.is(server.lines.length > 0 ? 'there' : 'here', row.where);
}

async function compareWith(
  t: ExecutionContext,
  compiler: string,
  { script, likeScript }: Row,
  port: number,
): Promise<void> {
  const folder = await makeFolder(t);
  const env = {
    DISTCC_HOSTS: `127.0.0.1:${port}`,
    DISTCC_BROKER: '0',
    DISTCC_LOG: path.join(folder, 'log'), // of a host that is too busy, say
  };
  const plainly = await tryCommand(t, { folder, script: likeScript, compiler });
  const trial = { folder, script, compiler: `${distcc} ${compiler}`, env };
  t.deepEqual(await tryCommand(t, trial), plainly, `${compiler}: ${script}`);
}
