# Results on stdout, all else on stderr, no carriage return and no colour on a pipe; a line an epoch.
. "$SRCDIR/tests/cli/tiny.inc"
tlrun tiny.yaml >out 2>err; echo "exit $?"
grep -c 'epoch [123]/3' err
tr -dc '\r\033' <err | wc -c | tr -d ' '
tlrun schema | head -n 1
tlrun ls >/dev/full; echo "exit $?"
