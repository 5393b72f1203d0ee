# Two tlruns on one results folder never do the same run twice: what the other holds is left for later, and
# skipped when it is done.
. "$SRCDIR/tests/cli/tiny.inc"
tlrun tiny.yaml training.epochs=150 --seeds 1-3 2>first >/dev/null &
first=$!
until [ -f results/tiny/*/seed-1/checkpoint ]; do sleep 0.02; done
tlrun tiny.yaml training.epochs=150 --seeds 1-3 2>second >/dev/null; echo "exit $?"
wait $first; echo "exit $?"
grep -c 'seed 1: another tlrun is running it' second
cat first second | grep -c 'seed [123]  test'
tlrun ls | grep -c done
echo "one run alone waits for it too:"
tlrun tiny.yaml training.epochs=151 2>/dev/null >/dev/null &
first=$!
until [ -f results/tiny/*/seed-1/checkpoint ]; do sleep 0.02; done
tlrun tiny.yaml training.epochs=151 2>&1 >/dev/null | grep -o 'another tlrun is running it\|done before'
wait $first; echo "exit $?"
