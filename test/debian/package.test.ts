import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { run } from '../helpers/run.ts';
import { buildPackage } from './build-package.ts';

async function hash(file: string): Promise<string> {
  const sum = createHash('sha256');
  for await (const chunk of createReadStream(file)) sum.update(chunk as Buffer);
  return sum.digest('hex');
}

test('the same sources make the same package, whoever builds it', async (t) => {
  const one = await buildPackage(t);
  const elsewhere = ['env', 'TZ=Asia/Tokyo', 'LC_ALL=C', 'sh', '-c', 'umask 077; "$@"', 'sh'];
  const other = await buildPackage(t, elsewhere);
  t.regex(path.basename(one), /^lsdistcc_[\d.]+-1_(?:amd64|arm64)\.deb$/);
  t.is(await hash(one), await hash(other));
});

async function tell(t: ExecutionContext, ...words: readonly string[]): Promise<string> {
  const { stdout, stderr, code } = await run(t, ['dpkg-deb', ...words]);
  t.is(code, 0, stderr);
  return stdout;
}

/** Whatever else it held, dpkg would take from another package or leave to nobody. */
const wanted = [
  /^-rw-r--r-- \/etc\/default\/lsdistcc-(?:distccd|watch)$/,
  /^-rwxr-xr-x \/usr\/lib\/lsdistcc\/lsdistcc$/,
  /^lrwxrwxrwx \/usr\/lib\/lsdistcc\/(?:distcc|distccd|distccmon-text) -> lsdistcc$/,
  /^-rw-r--r-- \/usr\/lib\/systemd\/system\/lsdistcc-(?:distccd|watch)\.service$/,
  /^-rw-r--r-- \/usr\/share\/man\/man1\/[\w-]+\.lsdistcc\.1\.gz$/,
  /^-rw-r--r-- \/usr\/share\/bash-completion\/completions\/[\w-]+$/,
  /^-rw-r--r-- \/usr\/share\/fish\/vendor_completions\.d\/[\w-]+\.fish$/,
  /^-rw-r--r-- \/usr\/share\/zsh\/vendor-completions\/_[\w-]+$/,
  /^-rw-r--r-- \/usr\/share\/doc\/lsdistcc\/[\w./-]+$/,
  /^-rw-r--r-- \/usr\/share\/lintian\/overrides\/lsdistcc$/,
];

test('the package has its files where Debian wants them, and all are root’s', async (t) => {
  const file = await buildPackage(t);
  const lines = (await tell(t, '--contents', file)).trim().split('\n');
  for (const line of lines) t.regex(line, / root\/root .* 2023-11-14 /);
  const folders = lines.filter((line) => line.startsWith('d'));
  for (const line of folders) t.true(line.startsWith('drwxr-xr-x '), line);
  const files = lines.filter((line) => !line.startsWith('d'));
  const facts = files.map((line) => line.replace(/^(\S+) .*? \.(\/.*)$/, '$1 $2'));
  const strange = facts.filter((fact) => !wanted.some((pattern) => pattern.test(fact)));
  t.deepEqual(strange, []);
  // Four programs, manuals, and completions of three shells; two units with their settings.
  t.is(facts.filter((fact) => !fact.includes('/share/doc/')).length, 4 * 5 + 2 * 2 + 1);
});

test('the package says what it needs, and what of it is the administrator’s', async (t) => {
  const file = await buildPackage(t);
  const fields = await tell(t, '--field', file);
  t.regex(fields, /^Depends: libc6 \(>= 2\.\d\d\), adduser$/m);
  t.regex(fields, /^Installed-Size: \d{5,6}$/m);
  const settings = await tell(t, '--info', file, 'conffiles');
  t.is(settings, '/etc/default/lsdistcc-distccd\n/etc/default/lsdistcc-watch\n');
});
