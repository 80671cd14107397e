import path from 'node:path';
import test from 'ava';
import { buildPackage } from './build-package.ts';
import { runOnMachine } from './run-on-machine.ts';

/** Only root may lay a root over this one and install there; for the rest there is nothing to try. */
const rootTest = process.getuid?.() === 0 ? test.serial : test.skip;

rootTest('the installed programs, manuals, completions and units are of use', async (t) => {
  const script = `
quietly begin_without_theirs
quietly install_ours
for name in lsdistcc distcc distccd distccmon-text; do
	"$name" --version | sed 's/ .*//; q'
	man "$name" | grep -q . && echo manual
	for file in /usr/share/bash-completion/completions/$name \\
		/usr/share/fish/vendor_completions.d/$name.fish /usr/share/zsh/vendor-completions/_$name; do
		[ -s "$file" ] && echo completion
	done
done
systemd-analyze verify /usr/lib/systemd/system/lsdistcc-*.service 2>&1 | grep lsdistcc || true
cd /etc/systemd/system && find . -name '*lsdistcc*'`;
  const packages = path.dirname(await buildPackage(t));
  const stdout = await runOnMachine(t, packages, script);
  const expected = ['lsdistcc', 'distcc', 'distccd', 'distccmon-text'].flatMap((name) => [
    ...[name, 'manual', 'completion', 'completion', 'completion'],
  ]);
  t.deepEqual(stdout.trimEnd().split('\n'), expected);
});

/** As systemd does it: the user, the settings and the command of the unit. */
const START_DAEMON = `
unit=/usr/lib/systemd/system/lsdistcc-distccd.service
value() { sed -n "s/^$1=-*//p" $unit; }
daemon() { (
	. "$(value EnvironmentFile)"
	eval "exec runuser --user $(value User) -- $(value ExecStart)"
) }
`;

rootTest(
  'the installed daemon serves nobody before it is told whom, and then as distccd',
  async (t) => {
    const script = `${START_DAEMON}
quietly begin_without_theirs
quietly install_ours
pgrep distccd || true
daemon || echo "exit code $?"
sed -i 's/^DISTCCD_OPTIONS=.*/DISTCCD_OPTIONS="--allow 127.0.0.1 --log-level info"/' "$(value EnvironmentFile)"
daemon 2>daemon.log &
tries=0
until lsdistcc --no-blacklist -k20000 127.0.0.1 2>hosts.log; do
	tries=$((tries + 1))
	[ "$tries" -lt 200 ] || { cat daemon.log hosts.log && exit 1; }
	sleep 0.1
done
DISTCC_FALLBACK=0 DISTCC_HOSTS=127.0.0.1 distcc gcc -c a.c
nm a.o
grep -o ' gcc a.c: exit code 0' daemon.log
ps -o user= -C distccd | uniq`;
    const packages = path.dirname(await buildPackage(t));
    const stdout = await runOnMachine(t, packages, script);
    t.deepEqual(stdout.trimEnd().split('\n'), [
      'exit code 101',
      '127.0.0.1',
      '0000000000000000 T answer',
      ' gcc a.c: exit code 0',
      'distccd',
    ]);
  },
);

rootTest(
  'the running service of Debian’s distcc can be restarted whatever ours does',
  async (t) => {
    const script = `
pack_theirs
service() { quietly /etc/init.d/distcc "$1"; }
restart() {
	before=$(cat /run/distccd.pid)
	service restart
	after=$(cat /run/distccd.pid)
	[ "$before" != "$after" ] && ! kill -0 "$before" 2>log && readlink "/proc/$after/exe"
}
sed -i 's/^STARTDISTCC=.*/STARTDISTCC="true"/; s/^ZEROCONF=.*/ZEROCONF="false"/' /etc/default/distcc
service start
quietly install_ours; restart
quietly install_theirs; restart
quietly purge_ours; restart
service stop`;
    const packages = path.dirname(await buildPackage(t));
    const stdout = await runOnMachine(t, packages, script);
    const [theirs, aside] = ['/usr/bin/distccd', '/usr/bin/distccd.distrib'];
    t.deepEqual(stdout.trimEnd().split('\n'), [aside, aside, theirs]);
  },
);
