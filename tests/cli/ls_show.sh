# Listing and showing runs.
. "$SRCDIR/tests/cli/tiny.inc"
tlrun ls; echo "exit $?"
tlrun -q tiny.yaml >/dev/null
tlrun ls | sed 's/ [0-9a-f]\{8\} / HASH /; s/0\.[0-9]*/V/'
tlrun ls --json | grep '"state"'
tlrun show tiny | head -n 1
tlrun show tiny --json | grep '"name"'
tlrun show tyni; echo "exit $?"
