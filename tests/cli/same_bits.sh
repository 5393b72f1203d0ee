# The result files are the same bytes for 1, 2, 3 and 4 threads, a second run, without fusions or not is
# another matter, and for every instruction set; the hash holds on every machine.
. "$SRCDIR/tests/cli/tiny.inc"
files="history.csv predictions.csv model.safetensors result.json"
run() { # NAME FLAGS…
	name=$1; shift
	tlrun -q --results "$name" "$@" tiny.yaml >/dev/null || exit 1
	for f in $files; do cmp "one/tiny/latest/seed-1/$f" "$name/tiny/latest/seed-1/$f" || exit 1; done
	cmp one/tiny/latest/experiment.yaml "$name/tiny/latest/experiment.yaml" || exit 1
	echo "$name: same bytes"
}
tlrun -q --results one --threads 1 tiny.yaml >/dev/null
run two --threads 2
run three --threads 3
run four --threads 4
run again --threads 2
for isa in generic avx2 avx512; do
	if tlrun doctor --isa $isa --json >/dev/null 2>&1; then run $isa --isa $isa >$isa.log || exit 1; fi
done
TLRUN_ISA=generic run generic_by_environment
sha256sum <one/tiny/latest/seed-1/model.safetensors
sha256sum <one/tiny/latest/seed-1/history.csv
sha256sum <one/tiny/latest/seed-1/predictions.csv
