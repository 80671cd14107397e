import fs from 'node:fs';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { parseHostSpec } from '../../src/hosts/index.ts';
import type { SshHost } from '../../src/hosts/index.ts';
import { openLink, SshError } from '../../src/ssh/index.ts';
import type { Link } from '../../src/ssh/index.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { commandOf } from '../helpers/paths.ts';
import { startSshd } from '../helpers/start-sshd.ts';

function hostOf(text: string): SshHost {
  const host = parseHostSpec(text);
  if (host.kind !== 'ssh') throw new TypeError(text);
  return host;
}

/** Open a link, use it, and see that nothing is left of it. */
async function withLink(
  t: ExecutionContext,
  ssh: string,
  use: (link: Link) => Promise<void> | void = () => undefined,
  text = '@red',
): Promise<void> {
  const folder = await makeFolder(t);
  const env = { ...process.env, DISTCC_SSH: ssh };
  const signal = new AbortController().signal;
  try {
    const link = await openLink(hostOf(text), { env, folder, timeoutMs: 15_000, signal });
    await use(link);
    await link.close();
  } finally {
    t.deepEqual(fs.readdirSync(folder), []);
  }
}

test('openLink() leads to a daemon of ours by a socket, over one login', async (t) => {
  const sshd = await startSshd(t, { distccd: commandOf('distccd') });
  await withLink(t, sshd.ssh, ({ route }) => {
    t.is(route.kind, 'socket');
  });
  t.is(await sshd.countLogins(), 1);
});

test('openLink() leads to the original by sessions', async (t) => {
  const sshd = await startSshd(t, { distccd: ['/usr/bin/distccd'] });
  await withLink(t, sshd.ssh, ({ route }) => {
    t.is(route.kind, 'session');
  });
});

const failures = [
  ['host-key', 'the host has another key', ['UserKnownHostsFile /dev/null'], '@red'],
  ['login', 'the host does not know our key', ['IdentityFile /stranger'], '@red'],
  ['no-daemon', 'there is no distccd', [], '@red:/nowhere/distccd'],
  ['refused', 'nobody listens', ['Port 1'], '@red'],
  ['no-such-name', 'nobody has the name', ['HostName nowhere.invalid'], '@red'],
] as const;

for (const [fault, when, lines, text] of failures) {
  test(`openLink() says ${fault} when ${when}`, async (t) => {
    const sshd = await startSshd(t);
    const ssh = await sshd.sshWith(
      lines.map((line) => line.replace('/stranger', path.join(sshd.folder, 'stranger'))),
    );
    const error = await t.throwsAsync(withLink(t, ssh, undefined, text), { instanceOf: SshError });
    t.is(error.fault, fault, error.message);
    t.regex(error.message, /^Cannot reach @red/);
  });
}
