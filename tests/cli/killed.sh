# kill -9 of one run harms no other: it is told with its name, seed and log, exit 4; the same command runs it
# to its end, with the bytes of a run that nobody killed.
. "$SRCDIR/tests/cli/tiny.inc"
sed 's/^name: .*/name: other/' tiny.yaml >other.yaml
tlrun -q --results whole tiny.yaml training.epochs=600 >/dev/null
tlrun -q tiny.yaml other.yaml training.epochs=600 -j 2 >/dev/null 2>err &
batch=$!
wait_for $batch "[ -f results/tiny/*/seed-1/checkpoint ]"
kill -9 "$(sed -n 's/.*"pid": \([0-9]*\).*/\1/p' results/tiny/*/seed-1/state.json)"
wait $batch; echo "exit $?"
sed 's/[0-9a-f]\{8\}\/seed/HASH\/seed/' err
tlrun ls | sed 's/ [0-9a-f]\{8\} / HASH /; s/ test .*epochs/ epochs/'
tlrun tiny.yaml other.yaml training.epochs=600 -j 2 2>&1 >/dev/null | grep -c 'goes on from its checkpoint\|done before'
for f in result.json history.csv predictions.csv model.safetensors; do
	cmp whole/tiny/latest/seed-1/$f results/tiny/latest/seed-1/$f && echo "$f: the same bytes"
done
