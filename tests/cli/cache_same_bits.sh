# What the frozen layers' features are kept for never reaches a result: every file of a batch but the clock's
# (log, timing, the report's pages that show it) has the same bytes with a cache that is cold, warm, wanted by two
# processes at once, too small or not there, and for other threads.
. "$SRCDIR/tests/cli/backbone.inc"
cat >frozen.yaml <<'END'
version: 1
extends: narrow.yaml
name: frozen
evaluation: {metrics: [accuracy, macro_f1]}
training: {epochs: 4}
model: {backbone: {name: mobilenet_v2, alpha: 0.1, batch_normalization: train, freeze: all}}
END
batch() { # NAME FLAGS…
	name=$1; shift
	tlrun -q --results "$name" --seeds 1-3 "$@" frozen.yaml phases.yaml >/dev/null || exit 1
}
run() { # NAME FLAGS…
	batch "$@"
	for x in frozen phases; do
		diff -r -x log.txt -x timing.json -x report.html -x report.md "cold/$x" "$1/$x" || exit 1
		echo "$1 $x: same bytes; features:" $(cat "$1/$x"/latest/seed-*/timing.json |
			sed -n 's/^  "features": "\(.*\)",/\1/p' | sort -u)
	done
}
batch cold --threads 2
(cd cold/frozen/latest/ && find . -type f | sed "s,^..,,; s,seed-.,seed-N," | sort -u | paste -sd " " -)
run none --no-cache --threads 2
run none_one --no-cache --threads 1
run none_jobs --no-cache --jobs 2
run jobs --jobs 2
run jobs_three --jobs 2 --threads 3
run small --jobs 2 --cache-limit 1K
mkdir warm warm_jobs && cp -R cold/cache warm && cp -R cold/cache warm_jobs
run warm --threads 3
run warm_jobs --jobs 2
