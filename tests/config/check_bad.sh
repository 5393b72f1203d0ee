#!/bin/sh
# Every file of tests/config/bad has exactly the errors that its first lines say, and nothing else; every
# file of tests/config/good has none. README.md, beside this script, describes the form.
here=${SRCDIR:-$(dirname "$0")/../..}/tests/config
tlrun=${TLRUN:?"TLRUN names the program"}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
LC_ALL=C
export LC_ALL
failed=0

# What was shown, one error a line: [FILE:][LINE:COLUMN: ]MESSAGE[ -- CURE], the file where it is another
# one. A line that belongs to no error is kept as it is.
short_form() {
	awk -v self="$1" '
	function flush() { if (message != "") print place message cure; message = cure = "" }
	/: error: / {
		flush()
		at = index($0, ": error: ")
		place = substr($0, 1, at - 1)
		message = substr($0, at + 9)
		n = split(place, part, ":")
		name = part[1]
		sub(".*/", "", name)
		where = n == 3 ? part[2] ":" part[3] ": " : ""
		place = (name == self ? "" : name ":" (n == 3 ? "" : " ")) where
		next
	}
	message != "" && /^ +[0-9]+ \| / { next }
	message != "" && /^ +\| +\^/ {
		cure = $0
		sub(/^ +\| +\^~*/, "", cure)
		sub(/^  /, " -- ", cure)
		next
	}
	message != "" && /^        [^ ]/ { cure = " -- " substr($0, 9); next }
	{ flush(); print }
	END { flush() }'
}

complain() {
	echo "$1: $2"
	failed=1
}

cd "$here/bad" || exit 1
for name in *.yaml; do
	sed -n '/^# error: /!q; s/^# error: //p' "$name" >"$work/expected"
	"$tlrun" check "$name" >"$work/out" 2>"$work/err"
	code=$?
	short_form "$name" <"$work/err" >"$work/found"
	[ -s "$work/expected" ] || complain "$name" "its first line says no error"
	[ $code -eq 2 ] || complain "$name" "exit code $code, expected 2"
	[ ! -s "$work/out" ] || complain "$name" "printed on stdout"
	diff -u "$work/expected" "$work/found" >"$work/diff" ||
		complain "$name" "$(sed '1,2d' "$work/diff")"
done
cd "$here/good" || exit 1
for name in *.yaml; do
	"$tlrun" check "$name" >"$work/out" 2>"$work/err"
	code=$?
	[ $code -eq 0 ] || complain "$name" "exit code $code"
	[ ! -s "$work/err" ] || complain "$name" "$(cat "$work/err")"
	[ $code -eq 0 ] || continue
	# What config prints is the same experiment: it prints the same values again.
	"$tlrun" config "$name" >"$work/once.yaml" 2>"$work/err" &&
		"$tlrun" config "$work/once.yaml" >"$work/twice.yaml" 2>>"$work/err"
	sed 's/  # .*//' "$work/once.yaml" >"$work/once"
	sed 's/  # .*//' "$work/twice.yaml" >"$work/twice"
	cmp -s "$work/once" "$work/twice" || complain "$name" "config does not read back
$(cat "$work/err"; diff -u "$work/once" "$work/twice" | sed '1,2d')"
done
exit $failed
