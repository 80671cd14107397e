import test from 'ava';
import { hasRoute } from '../../src/net/explain-refusal.ts';
import { run } from '../helpers/run.ts';

const face = new URL('../../src/net/explain-refusal.js', import.meta.url).href;
const program = `import { hasRoute } from '${face}';
  for (const address of ['10.9.9.9', '2001:db8::1']) console.log(await hasRoute(address));`;

test('hasRoute() knows a way to this machine', async (t) => {
  t.true(await hasRoute('127.0.0.1'));
});

test('hasRoute() knows none on a machine without a network', async (t) => {
  const node = [process.execPath, '--input-type=module', '-e', program];
  const { stdout, stderr } = await run(t, ['unshare', '-rn', ...node]);
  t.is(stdout, 'false\nfalse\n', stderr);
});
