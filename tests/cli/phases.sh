# Phases, a frozen prefix and its cache: the same bytes for 1, 2 and 3 threads, with the cache and without, and
# without fusions the same network.
. "$SRCDIR/tests/cli/backbone.inc"
files="history.csv predictions.csv model.safetensors result.json"
run() { # NAME FLAGS…
	name=$1; shift
	tlrun -q --results "$name" "$@" phases.yaml >/dev/null || exit 1
	for f in $files; do cmp "one/phases/latest/seed-1/$f" "$name/phases/latest/seed-1/$f" || exit 1; done
	echo "$name: same bytes"
}
tlrun -q --results one --threads 1 phases.yaml >/dev/null || exit 1
run two --threads 2
run three --threads 3
run no_cache --no-cache
run small_cache --cache-limit 1K
tlrun -q --results one --rerun --threads 2 phases.yaml >/dev/null
run again --threads 1
cut -d , -f 1-3 one/phases/latest/seed-1/history.csv
grep '^| .* adam' one/phases/latest/report.md | cut -d '|' -f 2-6
tlrun --results err phases.yaml 2>&1 >/dev/null | sed -n 's/^\(phases seed 1  [a-z_0-9]*  epoch [0-9]*.[0-9]*\) .*/\1/p'
tlrun --cache-limit much narrow.yaml; echo "exit $?"
sed 's/, batch_normalization: train//' narrow.yaml >stored.yaml
tlrun check -q stored.yaml 2>&1 >/dev/null | grep -c 'those of no image'
tlrun check -q stored.yaml training.phases='[{name: all, batch_normalization: train}]' 2>&1 >/dev/null | grep -c 'those of no image'
