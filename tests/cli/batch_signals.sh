# A signal to a batch stops all its runs cleanly, 143 or 130; a second one at once. Its processes end with it
# where it is killed. The same command goes on.
. "$SRCDIR/tests/cli/tiny.inc"
start() { # RESULTS
	tlrun -q tiny.yaml training.epochs=2000 --results $1 --seeds 1-3 -j 2 >/dev/null 2>err &
	batch=$!
	for s in 1 2; do
		wait_for $batch "[ -f $1/tiny/*/seed-$s/checkpoint ]"
	done
}
states() { tlrun ls --results $1 | sed 's/ [0-9a-f]\{8\} / HASH /'; }
start results
kill -TERM $batch; wait $batch; echo "exit $?"
cat err
states results
tlrun status | sed -n 's/;.*//; 2p'
echo "again, and twice:"
tlrun tiny.yaml training.epochs=2000 --seeds 1-2 -j 2 >/dev/null 2>err &
batch=$!
wait_for $batch "[ \"\$(grep -c 'goes on from' err)\" = 2 ]"
kill -INT $batch; kill -TERM $batch; wait $batch; echo "exit $((($? == 130 || $? == 143)))"
states results
echo "the batch is killed:"
start other
kill -9 $batch; wait $batch 2>/dev/null; echo "exit $?"
while states other | grep -q running; do sleep 0.02; done
states other
# The index waits for another's lock, so the batch is in the middle of its reports: two signals end it at once.
echo "while reports are written:"
mkdir held
exec 9>held/.lock
flock 9
tlrun -q tiny.yaml --results held --seeds 1-2 -j 2 >/dev/null 2>err 9>&- &
batch=$!
wait_for $batch "[ -f held/tiny/latest/report.html ]"
kill -INT $batch; kill -TERM $batch; wait $batch 2>/dev/null; echo "exit $((($? == 130 || $? == 143)))"
exec 9>&-
grep stopped err
states held
