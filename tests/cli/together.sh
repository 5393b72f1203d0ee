# Runs that end together, a process each: the reports and the index written last are over all of them.
. "$SRCDIR/tests/cli/tiny.inc"
runs=
for name in one two; do
	for seed in 1 2 3 4 5 6; do
		tlrun -q tiny.yaml name=$name --seeds $seed --threads 1 training.epochs=1 >/dev/null & runs="$runs $!"
	done
done
for run in $runs; do wait $run || echo "exit $?"; done
grep -o '<p class="lead">.*</p>' results/index.html
grep -o '"seeds": \[.*\]' results/*/latest/summary.json
find results -name '*lock*'
