#!/bin/bash
# The README's commands on a fresh machine: a minimal Debian in a folder, with this machine's apt sources, proxies
# and certificates, in which they run on a copy of the committed tree. Needs root (or sudo) and mmdebstrap.
#
#   tests/fresh/check_fresh.sh [--user] COMMAND…   quickstart and test, in the order given, on one machine;
#                                                  as root, or as a user with sudo
#   tests/fresh/check_fresh.sh --all               both orders, as root and as a user, on four machines;
#                                                  each command comes first twice, so alone on its machine
#
# Exit code: 0 all went well, 1 something failed, 77 it cannot be tried here (the last line says why). Mounts
# belong to a namespace of this process and end with it, whatever ends it.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)

cannot() {
	echo "the fresh machine cannot be tried: $*"
	exit 77
}

usage() {
	sed -n '2,/^[^#]/ s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

# The machine's apt: each file of sources, the keys that they name, how packages are fetched, certificates.
apt_sources() {
	local file
	for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
		[ -s "$file" ] && grep -qE '^[[:space:]]*(deb|Types:)' "$file" && echo "$file"
	done
	return 0
}

apt_files() {
	apt_sources | xargs -r sed -nE 's/.*[Ss]igned-[Bb]y[:=][[:space:]]*(\/[^] ,]+).*/\1/p'
	apt-config dump | sed -nE 's/^Acquire::.*(CAInfo|SslCert|SslKey) "(\/.*)";$/\2/p'
	ls /etc/apt/trusted.gpg /etc/apt/trusted.gpg.d/* /etc/apt/auth.conf /etc/apt/auth.conf.d/* \
		/etc/ssl/certs/ca-certificates.crt 2>/dev/null || true
}

bootstrap() { # WORK [package…]
	local work=$1 codename packages
	shift
	packages=$(IFS=,; echo "$*")
	codename=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
	apt-config dump | grep -E '^Acquire::(http|https|ftp|Check|Retries|Force|Allow)[^ ]* "..*";$' >"$work/acquire" || true
	apt_files | sort -u >"$work/files"
	mapfile -t sources < <(apt_sources)
	mmdebstrap --variant=apt ${packages:+--include="$packages"} --aptopt="$work/acquire" \
		--setup-hook="tar -chP --ignore-failed-read -T '$work/files' 2>/dev/null | tar -xP --transform 's,^/,$work/root/,'" \
		"$codename" "$work/root" "${sources[@]}" >"$work/bootstrap.log" 2>&1 || {
		tail -n 20 "$work/bootstrap.log"
		cannot "mmdebstrap ended with an error"
	}
}

# What holds after a command, said where it does not.
expect() {
	local what=$1
	shift
	"$@" >/dev/null 2>&1 && return 0
	echo "FAILED on the fresh machine: $what"
	exit 1
}

after_quickstart() {
	expect "the quick start ends with reports" \
		ls "$1"/results/pretrain/*/report.html "$1"/results/index.html
}

after_test() {
	local program
	for program in "$top"/tests/check_*.c; do
		program=$(basename "$program" .c)
		expect "$program is among the tests that passed" grep -q "^PASS: $program\$" "$1/build/check.log"
	done
	expect "the command scripts passed" grep -q '^PASS: tests/cli/check_cli.sh$' "$1/build/check.log"
}

# Inside the namespace of mounts: the commands in $work/root as root or as tester.
inside() { # WORK USER COMMAND…
	local work=$1 user=$2 root=$1/root command started
	shift 2
	mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" && mount --rbind /sys "$root/sys" ||
		cannot "this process may not mount"
	in_root() {
		chroot --userspec="$user" "$root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
			HOME="$home" LANG=C.UTF-8 "${proxies[@]}" sh -c 'cd "$HOME/tlrun" && "$@"' sh "$@"
	}
	local home=/root proxies=() name
	[ "$user" = root ] || home=/home/$user
	for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
		[ -z "${!name-}" ] || proxies+=("$name=${!name}")
	done
	expect "scripts/quickstart --help" in_root scripts/quickstart --help
	expect "--help builds nothing" [ ! -e "$root$home/tlrun/build" ]
	for command in "$@"; do
		started=$SECONDS
		echo "fresh machine, as $user: scripts/$command"
		in_root "scripts/$command" 2>&1 || {
			echo "FAILED on the fresh machine: scripts/$command, as $user"
			exit 1
		}
		"after_$command" "$root$home/tlrun"
		echo "fresh machine, as $user: scripts/$command took $((SECONDS - started)) s"
		[ "$command" = quickstart ] && [ ! -f "$root/usr/include/check.h" ] || continue
		! in_root make -s -C build check >"$work/refused" 2>&1 && grep -q 'apt install check' "$work/refused" || {
			cat "$work/refused"
			echo "FAILED on the fresh machine: make check without Check does not refuse"
			exit 1
		}
	done
}

machine() { # USER COMMAND…
	local user=$1 started=$SECONDS home=/root
	work=$(mktemp -d "${TMPDIR:-/tmp}/tlrun-fresh-XXXXXX")
	chmod 755 "$work"
	if [ "$user" = root ]; then bootstrap "$work"; else bootstrap "$work" sudo; fi
	cp -L /etc/resolv.conf /etc/hosts "$work/root/etc/" 2>/dev/null || true
	if [ "$user" != root ]; then
		home=/home/$user
		chroot "$work/root" useradd --create-home --shell /bin/bash "$user"
		echo "$user ALL=(ALL) NOPASSWD: ALL" >"$work/root/etc/sudoers.d/$user"
	fi
	mkdir "$work/root$home/tlrun"
	git -c safe.directory="$top" -C "$top" archive HEAD | tar -x -C "$work/root$home/tlrun"
	chroot "$work/root" chown -R "$user:" "$home/tlrun"
	echo "fresh machine: Debian in $work/root after $((SECONDS - started)) s"
	unshare --mount --propagation private --pid --fork --kill-child "$0" --inside "$work" "$@" &
	child=$!
	local status=0
	wait "$child" || status=$?
	child=
	remove
	return "$status"
}

remove() {
	[ -z "$child" ] || { kill -KILL "$child" 2>/dev/null && wait "$child" 2>/dev/null; } || true
	[ -z "$work" ] || rm -rf --one-file-system "$work"
	work=
}

if [ "${1-}" = --inside ]; then
	shift
	inside "$@"
	exit 0
fi

user=root all=no
case ${1-} in
--user) user=tester; shift ;;
--all) all=yes; shift ;;
esac
for command in "$@"; do
	case $command in quickstart | test) ;; *) usage ;; esac
done
[ $all = yes ] && [ $# -gt 0 ] && usage
[ $all = no ] && [ $# = 0 ] && usage
command -v mmdebstrap >/dev/null || cannot "mmdebstrap is missing (apt install mmdebstrap)"
if [ "$(id -u)" != 0 ]; then
	sudo -n true 2>/dev/null || cannot "this is not root, and sudo asks for a password"
	[ $all = yes ] && set -- --all
	[ $user = root ] || set -- --user "$@"
	exec sudo -n --preserve-env=http_proxy,https_proxy,no_proxy,TMPDIR "$(readlink -f "$0")" "$@"
fi
unshare --mount --propagation private true 2>/dev/null ||
	cannot "root may not create a namespace of mounts here (a container without CAP_SYS_ADMIN?)"
work='' child=''
trap remove EXIT
trap 'exit 1' HUP INT TERM
if [ $all = no ]; then
	machine "$user" "$@"
	exit 0
fi
machine root quickstart test
machine tester test quickstart
machine root test quickstart
machine tester quickstart test
