# The runs of a batch as commands: each stands for itself, and spread over processes they give the same bytes.
. "$SRCDIR/tests/cli/tiny.inc"
tlrun batch tiny.yaml; echo "exit $?"
tlrun batch --list none.yaml; echo "exit $?"
sed "s/^name:.*/name: 'base'/" tiny.yaml >"it's a base.yaml"
sed 's/^name:.*/name: top\nstart_from: {experiment: base}/' tiny.yaml >top.yaml
tlrun batch --list top.yaml "it's a base.yaml" --seeds 1,2 --no-cache training.epochs=2
tlrun batch --list --json "it's a base.yaml"
ls
tlrun -q --results whole top.yaml "it's a base.yaml" --seeds 1,2 training.epochs=2 >/dev/null
tlrun batch --list --results spread top.yaml "it's a base.yaml" --seeds 1,2 training.epochs=2 >list
xargs -P 4 -d '\n' -n 1 sh -c <list >/dev/null 2>&1; echo "exit $?"
for f in base top; do
	for s in 1 2; do
		for g in result.json history.csv predictions.csv model.safetensors; do
			cmp whole/$f/latest/seed-$s/$g spread/$f/latest/seed-$s/$g && echo "$f $s $g: same bytes"
		done
	done
	cmp whole/$f/latest/experiment.yaml spread/$f/latest/experiment.yaml && echo "$f experiment.yaml: same bytes"
	grep '"seeds"' spread/$f/latest/summary.json
done
find spread -name lock
