# A file of weights is found, read and bound before anything runs; a file that does not fit is exit 3.
. "$SRCDIR/tests/cli/backbone.inc"
tlrun -q narrow.yaml training.epochs=1 2>/dev/null >/dev/null
mkdir files
cp results/narrow/latest/seed-1/model.safetensors files/first.safetensors
cat >warm.yaml <<'END'
version: 1
extends: narrow.yaml
name: warm
model: {backbone: {weights: files/first.safetensors, batch_normalization: inference}}
preprocessing: {normalize: imagenet}
END
tlrun check warm.yaml | sed -n 's/^  training *//p; s/^  weights *//p'
tlrun -q warm.yaml >/dev/null 2>&1; echo "exit $?"
grep -A 2 '"backbone"' results/warm/latest/seed-1/result.json
tlrun run -n warm.yaml 2>/dev/null | cut -c 1-6
echo "another file of the same name is another run:"
tlrun -q narrow.yaml training.epochs=2 2>/dev/null >/dev/null
cp results/narrow/latest/seed-1/model.safetensors files/first.safetensors
tlrun run -n warm.yaml 2>/dev/null | cut -c 1-6
echo "files that do not fit:"
tlrun -q warm.yaml model.backbone.alpha=0.5 >/dev/null 2>err; echo "exit $?"
tail -n 1 err | cut -c 1-120
tlrun -q warm.yaml model.backbone.weights=files/none.safetensors preprocessing.normalize=auto; echo "exit $?"
echo nothing >files/nothing.h5
tlrun -q warm.yaml model.backbone.weights=files/nothing.h5 preprocessing.normalize=auto; echo "exit $?"
TLRUN_WEIGHTS=$PWD/files tlrun check warm.yaml model.backbone.weights=first.safetensors preprocessing.normalize=auto |
	head -n 1
tlrun check warm.yaml model.backbone.weights=second.safetensors preprocessing.normalize=auto 2>&1 | cut -c 1-60
