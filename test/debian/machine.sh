# What the tests of the Debian package do and ask on a machine of their own (run-on-machine.ts). Packages are
# in /mnt: ours is lsdistcc_*.deb, Debian's is made here from what is installed.
set -e
PATH=/usr/sbin:/usr/bin:/sbin:/bin
HOME=/root
export PATH HOME DEBIAN_FRONTEND=noninteractive
unset TMPDIR DISTCC_DIR
rm -f /var/lib/man-db/auto-update # an index of all manuals after each step is for nobody
cd "$(mktemp -d)"
echo 'int answer(void) { return 42; }' >a.c

# Debian's distcc as the package that it was installed from.
pack_theirs() {
	mkdir -p theirs/DEBIAN
	dpkg-query --listfiles distcc | while read -r file; do
		[ -d "$file" ] && mkdir -p "theirs$file"
		[ -f "$file" ] && cp -a "$file" "theirs$file"
	done
	dpkg-query --status distcc | sed '/^Status:/d; /^Conffiles:/,/^[^ ]/{/^Conffiles:/d; /^ /d}' \
		>theirs/DEBIAN/control
	for file in /var/lib/dpkg/info/distcc.*; do
		case $file in *.list) ;; *) cp -a "$file" "theirs/DEBIAN/${file##*.}" ;; esac
	done
	dpkg-deb --root-owner-group -Znone --build theirs . >/dev/null
}

install_ours() { dpkg --install /mnt/lsdistcc_*.deb; }
install_theirs() { dpkg --install distcc_*.deb; }
remove_ours() { dpkg --remove lsdistcc; }
remove_theirs() { dpkg --remove distcc; }
purge_ours() { dpkg --purge lsdistcc; }
purge_theirs() { dpkg --purge distcc; }
choose_theirs() { update-alternatives --set distcc /usr/bin/distcc.distrib; }

# What it says is shown only when it fails.
quietly() { "$@" >log 2>&1 || { cat log && exit 1; }; }

# A machine that never had a distcc; its package leaves the user.
begin_without_theirs() {
	purge_theirs
	deluser --quiet --system distccd
}

# All that tells by its name that it belongs to either package. Network namespaces are those of other tests.
list_files() { find /etc /run /usr /var/lib -xdev -path /etc/netns -prune -o -path '*distcc*' -print | sort; }

# Whose programs and manual are meant, whether they work, and what is there of ours.
look() {
	hash -r
	for name in distcc lsdistcc distccmon-text distccd; do
		command -v "$name" >/dev/null || continue
		echo "  $name: $(readlink -f "$(command -v "$name")")"
	done
	if command -v distcc >/dev/null; then
		echo "  manual: $(readlink -f "$(man --where distcc)")"
		distccd --version >/dev/null
		rm -f a.o
		DISTCC_HOSTS=localhost distcc gcc -c a.c && [ -s a.o ] && echo '  compiles'
	fi
	for package in lsdistcc distcc; do
		status=$(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null) || true
		[ "$status" = installed ] || continue
		echo "  $package is installed"
		dpkg --verify "$package"
	done
	count '  diversions:' "$(dpkg-divert --list | grep 'by lsdistcc')"
	count '  alternatives:' "$(ls /etc/alternatives /var/lib/dpkg/alternatives | grep distcc)"
	getent passwd distccd | sed 's/:.*//; s/^/  user: /'
}

count() { [ -z "$2" ] || echo "$1 $(echo "$2" | wc -l)"; }

dpkg --purge distcc-pump >log # it would not let distcc go
