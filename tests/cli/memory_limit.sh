# A run that needs more memory than it may have is refused before anything starts: exit 5.
. "$SRCDIR/tests/cli/tiny.inc"
tlrun tiny.yaml runtime.memory_limit=100K 2>err; echo "exit $?"
sed "s/needs [0-9.]* [KM]iB/needs N/; s|tiny/[0-9a-f]*/|tiny/HASH/|" err
tlrun check tiny.yaml runtime.memory_limit=100K 2>/dev/null; echo "exit $?"
