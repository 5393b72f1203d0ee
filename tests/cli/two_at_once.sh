# Two tlruns on one results folder never do the same run twice: what the other holds is left for later, and
# skipped when it is done.
. "$SRCDIR/tests/cli/tiny.inc"
tlrun tiny.yaml training.epochs=600 --seeds 1-3 2>first >/dev/null &
first=$!
wait_for $first "[ -f results/tiny/*/seed-1/checkpoint ]"
tlrun tiny.yaml training.epochs=600 --seeds 1-3 2>second >/dev/null; echo "exit $?"
wait $first; echo "exit $?"
grep -c 'seed 1: another tlrun is running it; looked at' second
cat first second | grep -c 'seed [123]  test'
tlrun ls | grep -c done
echo "one run alone waits for it too:"
tlrun --results alone tiny.yaml training.epochs=601 2>/dev/null >/dev/null &
first=$!
wait_for $first "[ -f alone/tiny/*/seed-1/checkpoint ]"
tlrun --results alone tiny.yaml training.epochs=601 2>&1 >/dev/null | grep -o 'another tlrun is running it; looked at again later\|done before'
wait $first; echo "exit $?"
