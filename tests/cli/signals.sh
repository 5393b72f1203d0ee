# SIGINT and SIGTERM stop between two steps with a checkpoint; the next run goes on to the same bytes.
. "$SRCDIR/tests/cli/tiny.inc"
tlrun -q --results whole tiny.yaml training.epochs=400 >/dev/null
stop() { # SIGNAL EXIT
	tlrun -q tiny.yaml training.epochs=400 >/dev/null 2>err.$1 &
	pid=$!
	until grep -qs running results/tiny/*/seed-1/state.json; do sleep 0.02; done
	until [ -f results/tiny/*/seed-1/checkpoint ]; do sleep 0.02; done
	sleep 0.1
	kill -$1 $pid
	wait $pid
	echo "exit $?"
	grep -c 'finishing step' err.$1
}
stop INT
tlrun ls | sed 's/ [0-9a-f]\{8\} / HASH /'
stop TERM
tlrun tiny.yaml training.epochs=400 2>&1 >/dev/null | grep -c 'goes on from its checkpoint'
for f in history.csv predictions.csv model.safetensors result.json; do
	cmp whole/tiny/latest/seed-1/$f results/tiny/latest/seed-1/$f && echo "$f: same bytes"
done
