# config --expand writes a backbone out as layers, with its freeze and its weights, which run to the same bits.
. "$SRCDIR/tests/cli/backbone.inc"
tlrun -q narrow.yaml >/dev/null 2>&1
cp results/narrow/latest/seed-1/model.safetensors own.safetensors
cat >before.yaml <<'END'
version: 1
extends: phases.yaml
name: before
model: {backbone: {weights: ./own.safetensors, freeze: {first: 60}, batch_normalization: inference}}
training: {phases: [{name: as_it_is}, {name: last, freeze: {before: Conv_1}}]}
END
for name in phases before; do
	tlrun config --expand $name.yaml >$name.out.yaml || exit 1
	grep -c '^  backbone:' $name.out.yaml
	grep -A 3 '^  weights:' $name.out.yaml
	tlrun -q $name.yaml >/dev/null || exit 1
	tlrun -q --results expanded $name.out.yaml >/dev/null || exit 1
	for file in history.csv predictions.csv; do
		cmp results/$name/latest/seed-1/$file expanded/$name/latest/seed-1/$file && echo "$name $file: same bytes"
	done
	hash() { sed -n 's/^    "weights": //p' "$1/$name/latest/seed-1/result.json"; }
	[ "$(hash results)" = "$(hash expanded)" ] && echo "$name: same weights"
	tlrun config --expand $name.out.yaml | cmp - $name.out.yaml && echo "$name: nothing is left to expand"
done
tlrun check --expand narrow.yaml; echo "exit $?"
tlrun config --expand narrow.yaml dataset.image_size=16 >/dev/null; echo "exit $?"
