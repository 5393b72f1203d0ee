#!/bin/sh
# Wrong and right experiment files.
#
# bad/*.yaml: `tlrun check` exits with 2 and prints to stderr exactly what the `#| ` lines at the top of the
# file say (the file's own path is FILE there), and nothing to stdout. good/*.yaml: it exits with 0 and
# prints to stderr the warnings that such lines say, without them nothing; `tlrun config` prints a file that, checked again, gives the same text and the same configuration.
# `check_bad.sh --update [NAME…]` writes the `#| ` lines anew, to be read before they are committed.
# $TLRUN is the program, $SRCDIR the top of the source.
set -u
SRCDIR=${SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
TLRUN=${TLRUN:-$SRCDIR/build/tlrun}
export SRCDIR TLRUN

as_comments() { # NAME
	sed "s|$1[.]yaml|FILE|g; s/^/#| /; s/ *$//" "$1.stderr"
}

# stderr of `check` on NAME.yaml in the current folder, as the comments hold it; fails unless exit 2, no
# output. The comments are emptied first: what they quote must not be read.
bad_errors() { # NAME
	sed 's/^#|.*/#|/' "$1.yaml" >"$1.emptied" && mv "$1.emptied" "$1.yaml"
	"$TLRUN" check "$1.yaml" >"$1.stdout" 2>"$1.stderr" </dev/null
	code=$?
	as_comments "$1"
	[ $code = 2 ] || { echo "exit $code, expected 2"; return 1; }
	[ ! -s "$1.stdout" ] || { echo "stdout is not empty"; return 1; }
}

check_one_bad() { # NAME
	sed -n '/^#|/p' "$1.yaml" >"$1.expected"
	bad_errors "$1" >"$1.actual" && diff -u "$1.expected" "$1.actual" && return 0
	[ -s "$1.stdout" ] && cat "$1.stdout"
	tail -n 1 "$1.actual"
	echo "FAILED: bad/$1.yaml"
	return 1
}

# The comments count as lines: they are in place before the lines are numbered.
update_one() { # NAME
	sed '/^#|/d' "$1.yaml" >"$1.body"
	cp "$1.body" "$1.yaml"
	bad_errors "$1" >"$1.first"
	sed 's/.*/#|/' "$1.first" | cat - "$1.body" >"$1.yaml"
	bad_errors "$1" >"$1.actual" || echo "$1: $(tail -n 1 "$1.actual")"
	sed -n '/^#|/p' "$1.actual" | cat - "$1.body" >"$SRCDIR/tests/config/bad/$1.yaml"
}

configuration() { # FILE
	"$TLRUN" check --json "$1" 2>/dev/null | sed -n 's/.*"configuration": *"\([0-9a-f]*\)".*/\1/p'
}

check_one_good() { # NAME
	mkdir "$1.again" && again=$1.again/$1.yaml
	sed -n '/^#|/p' "$1.yaml" >"$1.expected"
	sed 's/^#|.*/#|/' "$1.yaml" >"$1.emptied" && mv "$1.emptied" "$1.yaml"
	"$TLRUN" check "$1.yaml" >"$1.stdout" 2>"$1.stderr" && as_comments "$1" | diff -u "$1.expected" - &&
		"$TLRUN" config "$1.yaml" | sed 's/ *#.*//' >"$again" &&
		"$TLRUN" config "$again" | sed 's/ *#.*//' >"$1.twice" &&
		diff -u "$again" "$1.twice" &&
		"$TLRUN" config --json "$1.yaml" >"$1.json" 2>/dev/null &&
		"$TLRUN" config --json "$again" 2>/dev/null | diff -u "$1.json" - &&
		first=$(configuration "$1.yaml") && [ -n "$first" ] && [ "$first" = "$(configuration "$again")" ] &&
		return 0
	cat "$1.stderr"
	echo "FAILED: good/$1.yaml"
	return 1
}

if [ "${1-}" = --one ]; then
	# a batch of names; the folder's name says which kind they are
	shift
	kind=$1
	shift
	result=0
	for name in "$@"; do
		"$kind" "$name" >"$name.report" 2>&1 || result=1
		cat "$name.report"
	done
	exit $result
fi

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
unset TLRUN_DATA TLRUN_ISA NO_COLOR
XDG_CACHE_HOME=$work/cache
LC_ALL=C
export XDG_CACHE_HOME LC_ALL
cp -R "$SRCDIR/tests/config/bad" "$SRCDIR/tests/config/good" "$work" && chmod -R u+w "$work" || exit 1
script=$SRCDIR/tests/config/check_bad.sh

names() {
	for file in *.yaml; do
		echo "${file%.yaml}"
	done
}

cd "$work/bad" || exit 1
if [ "${1-}" = --update ]; then
	shift
	if [ $# -gt 0 ]; then printf '%s\n' "$@"; else names; fi | xargs -P 4 -n 16 sh "$script" --one update_one
	exit
fi
result=0
names | xargs -P 4 -n 16 sh "$script" --one check_one_bad || result=1
echo "$(names | wc -l) wrong files"
cd "$work/good" || exit 1
names | xargs -P 4 -n 4 sh "$script" --one check_one_good || result=1
echo "$(names | wc -l) right files"
exit $result
