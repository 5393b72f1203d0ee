# Weights that are not there or do not fit are found before anything runs, with 3.
. "$SRCDIR/tests/cli/transfer.inc"
HOME=$PWD
export HOME
tlrun -q pretrain.yaml >/dev/null
cp results/pretrain/latest/seed-1/model.safetensors w.safetensors
head -c 100 w.safetensors >cut.safetensors
echo hello >text.h5
mkdir sub && cp transfer.yaml sub/far.yaml
try() {
	echo "# $*" >&2
	tlrun check "$@" 2>err >out
	echo "exit $?" >&2
	sed "s#$PWD#.#g; s#looked in .*#looked in …#; s/header of [0-9]* bytes/header of N bytes/; s#$XDG_CACHE_HOME#CACHE#g" err >&2
}
try transfer.yaml model.weights=w.safetensors
try sub/far.yaml model.weights=./w.safetensors
try transfer.yaml model.weights=nowhere.safetensors
try transfer.yaml model.weights=sub/nowhere.h5
try transfer.yaml model.weights=w.safetensors model.layers.stem.filters=5
try transfer.yaml model.weights=w.safetensors model.layers.stem.name=other
try transfer.yaml model.weights=cut.safetensors
try transfer.yaml model.weights=text.h5
sed '/^  layers/,/softmax/d; s/backbone_layers: 3/backbone: {name: mobilenet_v2, weights: imagenet}/
	/weights: imagenet/a\
  head: [flatten, dense: {units: num_classes, activation: softmax}]' transfer.yaml >imagenet.yaml
try imagenet.yaml dataset.image_size=32
try imagenet.yaml dataset.image_size=96
try imagenet.yaml dataset.image_size=32 model.backbone.alpha=0.5
echo "# two experiments lack one file: told once" >&2
sed 's/^name: .*/name: second/' imagenet.yaml >second.yaml
tlrun check imagenet.yaml second.yaml dataset.image_size=96 2>&1 | grep -c 'were not found' >&2
ls results
