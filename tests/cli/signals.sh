# SIGINT and SIGTERM stop between two steps with a checkpoint; the next run goes on to the same bytes.
. "$SRCDIR/tests/cli/tiny.inc"
tlrun -q --results whole tiny.yaml training.epochs=600 >/dev/null
stop() { # SIGNAL EXIT
	tlrun -q tiny.yaml training.epochs=600 >/dev/null 2>err.$1 &
	pid=$!
	wait_for $pid "grep -qs running results/tiny/*/seed-1/state.json"
	wait_for $pid "[ -f results/tiny/*/seed-1/checkpoint ]"
	kill -$1 $pid
	wait $pid
	echo "exit $?"
	grep -c 'finishing step' err.$1
}
stop INT
tlrun ls | sed 's/ [0-9a-f]\{8\} / HASH /'
stop TERM
tlrun tiny.yaml training.epochs=600 2>&1 >/dev/null | grep -c 'goes on from its checkpoint'
for f in history.csv predictions.csv model.safetensors result.json; do
	cmp whole/tiny/latest/seed-1/$f results/tiny/latest/seed-1/$f && echo "$f: same bytes"
done
