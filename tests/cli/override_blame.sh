# What an override breaks elsewhere in a file that is right by itself is said of the override.
. "$SRCDIR/tests/cli/tiny.inc"
try() { echo "\$ tlrun check $*" >&2; tlrun check "$@" >/dev/null; echo "exit $?" >&2; }
sed -i 's/^training: .*/training: {epochs: 3, batch_size: 16, lr_schedule: {type: cosine, warmup_epochs: 1}}/' tiny.yaml
try tiny.yaml training.epochs=1
try tiny.yaml training.epochs=1 training.batch_size=8
try tiny.yaml training.epochs=ten
try tiny.yaml dataset.name=mnist
try tiny.yaml model.layers.dense.units=4
echo "a file that is wrong by itself:" >&2
sed 's/units: num_classes/units: 4/' tiny.yaml >wrong.yaml
try wrong.yaml training.batch_size=8
