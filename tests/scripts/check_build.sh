#!/bin/sh
# When scripts/common.sh configures a build folder, and with which options: in a source folder whose configure
# only writes down what it was asked for, and with a pkg-config that knows what the test says.
set -u
top=${SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
work=$(mktemp -d "${TMPDIR:-/tmp}/tlrun-scripts-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
failed=0
unset CC CFLAGS CPPFLAGS LDFLAGS MAKEFLAGS MFLAGS MAKELEVEL

# The source folder. Its configure.ac is the real one, so the libraries are those that the real one looks for.
mkdir "$work/bin" "$work/installed" "$work/source" "$work/source/scripts"
cp "$top/scripts/common.sh" "$work/source/scripts"
cp -R "$top/configure.ac" "$top/m4" "$work/source"
echo >"$work/source/Makefile.am"
cat >"$work/source/scripts/try" <<'END'
set -eu
. "$(dirname "$0")/common.sh"
build "$build_dir" "$@"
END
cat >"$work/source/configure" <<'END'
#!/bin/sh
echo "configured:$(printf ' <%s>' "$@")"
[ ! -f "$(dirname "$0")/broken" ] || exit 1
words=
for word in "$@"; do [ "$word" = -q ] || words="$words '$word'"; done
printf 'echo "%s"\n' "$words" >config.status
[ ! -f "$(dirname "$0")/interrupted" ] || exit 1
printf 'all:\n\t@echo made\n' >Makefile
END
cat >"$work/bin/pkg-config" <<END
#!/bin/sh
cat "$work/installed/\$2" 2>/dev/null
END
chmod +x "$work/source/configure" "$work/bin/pkg-config"
PATH=$work/bin:$PATH
touch -d 2020-01-01 "$work/source/configure.ac" "$work"/source/m4/* "$work/source/Makefile.am"
touch "$work/source/Makefile.in"
build=$work/source/build

# expect WHAT OUTPUT [option…]: one call of build, and what it printed.
expect() {
	what=$1 wanted=$2
	shift 2
	got=$(sh "$work/source/scripts/try" "$@" 2>"$work/err" | tr '\n' ' ')
	[ "$got" = "$wanted" ] && return 0
	echo "FAILED: $what: expected \"$wanted\", found \"$got\""
	cat "$work/err"
	failed=$((failed + 1))
}

expect "a new folder is configured" "configured: <-q> made "
expect "nothing changed" "made "
echo 0.15.2 >"$work/installed/check"
expect "Check was installed" "configured: <-q> made "
expect "nothing changed since" "made "
for library in hdf5-serial libjpeg libcurl; do
	echo 1.0 >"$work/installed/$library"
	expect "$library was installed" "configured: <-q> made "
done
rm "$work/installed/libjpeg"
expect "a library was removed" "configured: <-q> made "
echo 1.1 >"$work/installed/libcurl"
expect "a library changed" "configured: <-q> made "
touch "$build/old.o"
expect "a new option" "configured: <-q> <--enable-werror> made " --enable-werror
[ ! -f "$build/old.o" ] || { echo "FAILED: objects of other options are still there"; failed=1; }
expect "the same option" "made " --enable-werror
expect "no option: those of the folder stay" "made "
expect "another option is added" "configured: <-q> <--enable-werror> <CC=my gcc> made " "CC=my gcc"
expect "both are there" "made " "CC=my gcc" --enable-werror
echo 2.0 >"$work/installed/zlib"
expect "options stay when a library came" "configured: <-q> <--enable-werror> <CC=my gcc> made "
CC=clang
export CC
expect "another compiler in the environment" \
	"configured: <-q> <--enable-werror> <CC=my gcc> <CC=clang> made "
unset CC

rm -rf "$build" && mkdir "$build"
(cd "$build" && ../configure --without-jpeg >/dev/null)
expect "configured by hand" "configured: <-q> <--without-jpeg> made "
expect "and then known" "made "

rm -rf "$build"
touch "$work/source/interrupted"
expect "interrupted" "configured: <-q> "
rm "$work/source/interrupted"
expect "after an interrupted configure" "configured: <-q> made "
echo 3.0 >"$work/installed/zlib"
touch "$work/source/broken"
expect "a configure that fails" "configured: <-q> "
expect "and fails again" "configured: <-q> "
rm "$work/source/broken"
expect "and succeeds" "configured: <-q> made "
echo 'case x in' >"$build/config.status"
rm "$build/Makefile"
expect "half a config.status" "configured: <-q> made "

rm -rf "$build"
(cd "$work/source" && ./configure --by-hand >/dev/null)
expect "the source folder was configured by hand" "configured: <-q> <--by-hand> made "
[ ! -d "$build" ] || { echo "FAILED: built beside a configured source folder"; failed=1; }

# --help says what the commands do, and does nothing.
mkdir "$work/help" && cp -R "$top/scripts" "$work/help"
for command in quickstart test; do
	(cd "$work/help" && PATH=/nowhere:$PATH scripts/$command --help) >"$work/out" 2>&1 ||
		{ echo "FAILED: scripts/$command --help ends with $?"; failed=1; }
	grep -q "^usage: scripts/$command" "$work/out" ||
		{ echo "FAILED: scripts/$command --help:"; cat "$work/out"; failed=1; }
done
[ "$(ls "$work/help")" = scripts ] || { echo "FAILED: --help built something"; failed=1; }
[ $failed = 0 ] && echo "scripts: all as expected"
exit $((failed > 0))
