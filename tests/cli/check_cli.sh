#!/bin/sh
# Run every tests/cli/*.sh in an empty folder and compare what it prints with the .out, .err and .exit files
# beside it (a missing .err is not compared, a missing .exit is 0). `check_cli.sh --update [NAME…]` writes
# them anew, to be read before they are committed. A script that ends with 77 is skipped: the last line that it
# printed to stderr says why. One that is still running after CLI_HANG seconds (1800) hangs. $TLRUN is the program, $SRCDIR the top of the source.
set -u
SRCDIR=${SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TLRUN=${TLRUN:-$SRCDIR/build/tlrun}
export SRCDIR TLRUN
here=$SRCDIR/tests/cli
update=no
[ "${1-}" = --update ] && update=yes && shift
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" && ln -s "$TLRUN" "$work/bin/tlrun"
PATH=$work/bin:$PATH
unset TLRUN_DATA TLRUN_ISA NO_COLOR
XDG_CACHE_HOME=$work/cache
LC_ALL=C
export PATH XDG_CACHE_HOME LC_ALL
failed=0
ran=0

compare() { # NAME WHAT ACTUAL
	expected=$here/$1.$2
	if [ $update = yes ]; then
		case $2 in
		exit) if [ "$(cat "$3")" = 0 ]; then rm -f "$expected"; else cp "$3" "$expected"; fi ;;
		*) cp "$3" "$expected" ;;
		esac
		return 0
	fi
	case $2 in
	err) [ -f "$expected" ] || return 0 ;;
	exit) [ -f "$expected" ] || { echo 0 >"$work/zero"; expected=$work/zero; } ;;
	esac
	diff -u "$expected" "$3" && return 0
	echo "FAILED: $1: its .$2 differs"
	failed=$((failed + 1))
}

for script in "$here"/*.sh; do
	name=$(basename "$script" .sh)
	[ "$name" = check_cli ] && continue
	if [ $# -gt 0 ]; then
		case " $* " in *" $name "*) ;; *) continue ;; esac
	fi
	ran=$((ran + 1))
	mkdir "$work/run"
	(cd "$work/run" && timeout -k 10 "${CLI_HANG:-1800}" sh "$script") >"$work/out" 2>"$work/err" </dev/null
	echo $? >"$work/exit"
	case $(cat "$work/exit") in
	77)
		echo "SKIPPED: $name: $(tail -n 1 "$work/err")"
		rm -rf "$work/run"
		continue
		;;
	124 | 137) echo "FAILED: $name: it hangs: still running after ${CLI_HANG:-1800} s" ;;
	esac
	compare "$name" out "$work/out"
	compare "$name" err "$work/err"
	compare "$name" exit "$work/exit"
	rm -rf "$work/run"
done
echo "$ran command scripts, $failed differences"
[ $ran -gt 0 ] && [ $failed = 0 ]
