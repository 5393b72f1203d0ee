# What cannot be written is an error that names the file; nothing half-done is left.
. "$SRCDIR/tests/cli/tiny.inc"
touch results
tlrun -q tiny.yaml >/dev/null 2>err; echo "exit $?"
cat err
