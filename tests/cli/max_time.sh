# --max-time stops cleanly, exit 75, and the same command goes on to the same bytes; several runs and one.
. "$SRCDIR/tests/cli/tiny.inc"
tlrun -q --results whole tiny.yaml training.epochs=1000 --seeds 1-2 -j 2 >/dev/null
tlrun tiny.yaml training.epochs=1000000 --seeds 1-2 -j 2 --max-time 1s --results long 2>err >/dev/null; echo "exit $?"
tail -n 1 err
grep 'the time is over' err
tlrun -q tiny.yaml training.epochs=1000000 --max-time 1s 2>err >/dev/null; echo "exit $?"
sed 's/epoch [0-9]* after step [0-9]*/epoch E after step S/' err
# Stopped as often as the machine is slow.
seconds=1
until tlrun -q tiny.yaml training.epochs=1000 --seeds 1-2 -j 2 --max-time ${seconds}s >/dev/null 2>&1; do
	seconds=$((seconds * 2))
done
tlrun -q tiny.yaml training.epochs=1000 --seeds 1-2 -j 2 --until "$(date -d "12 hours" +%H:%M)" >/dev/null; echo "exit $?"
for s in 1 2; do
	for f in result.json history.csv predictions.csv model.safetensors; do
		cmp whole/tiny/latest/seed-$s/$f results/tiny/latest/seed-$s/$f && echo "$f: the same bytes"
	done
done
tlrun tiny.yaml --until 25:00; echo "exit $?"
tlrun tiny.yaml --max-time soon; echo "exit $?"
echo "training.max_time ends training, and the run is done:"
tlrun tiny.yaml training.epochs=1000000 training.max_time=1s --results short 2>&1 >/dev/null | sed -n '/warning/,/epochs/p'
grep '^  *"stopped"' short/tiny/latest/seed-1/result.json | sort -u | sed 's/^ *//'
