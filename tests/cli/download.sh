# data get and weights get from a server on this machine: wrong bytes, missing files, a cut, a success.
# Without libcurl or a socket on 127.0.0.1 nothing of it can be seen: then it is skipped.
serve=$(dirname "$TLRUN")/serve
export no_proxy=127.0.0.1 TLRUN_DATA=$PWD/data
left_out() {
	echo "$1" >&2
	exit 77
}
[ -x "$serve" ] || left_out "no $serve: make check builds it"
mkdir -p served/cifar10 served/mobilenet_v2
head -c 1000 /dev/zero >served/cifar10/cifar-10-binary.tar.gz
cat >b.yaml <<'END'
version: 1
name: b
dataset: {name: synthetic, num_classes: 2, train_samples: 24, test_samples: 4, image_size: 32}
model:
  backbone: {name: mobilenet_v2, alpha: 0.35, batch_normalization: train}
  head: [global_average_pooling2d, dense: {units: num_classes, activation: softmax}]
training: {epochs: 1, batch_size: 8}
END
file=mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_96_no_top.h5
tlrun -q b.yaml >/dev/null && cp results/b/latest/seed-1/model.safetensors served/mobilenet_v2/$file
mkfifo stop && exec 3<>stop
"$serve" served <stop 3>&- >port & server=$!
while [ ! -s port ] && kill -0 $server 2>/dev/null; do sleep 0.05; done
[ -s port ] || left_out "no socket on 127.0.0.1"
plain() { sed "s|127.0.0.1:$(cat port)|SERVER|g; s|$PWD|HERE|g; s/[0-9]* of [0-9]* bytes/N of N bytes/"; }
tl() { # MODE WORDS…
	mode=$1; shift
	TLRUN_MIRROR=http://127.0.0.1:$(cat port)/$mode tlrun "$@" >out 2>err
	code=$?
	case $(cat err) in *"without libcurl"*) left_out "built without libcurl" ;; esac
	echo "\$ tlrun $*"
	plain <out
	plain <err
	echo "exit $code"
}
tl plain data get cifra10
tl plain data get synthetic
tl plain data get cifar10
tl plain data get mnist
tl plain weights get mobilenet_v2 alpha=0.6
tl plain weights get mobilenet_v2 size=0
tl plain weights get mobilenet_v2 alpha=0.5
tl wrong weights get mobilenet_v2 alpha=0.35 size=96
find data -type f
tl plain weights verify mobilenet_v2 alpha=0.35 size=96 2>&1 | sed 's/looked in .*/…/'
tl cut weights get mobilenet_v2 alpha=0.35 size=96
find data -type f
cmp data/weights/$file served/mobilenet_v2/$file && echo same bytes
tl plain weights get mobilenet_v2 alpha=0.35 size=96
tl plain -q weights verify mobilenet_v2 alpha=0.35 size=96 | sed 's/^sha256 [0-9a-f]*$/sha256 …/'
tl plain -q weights verify mobilenet_v2 alpha=0.35 size=96 --json | sed 's/"sha256": ".*"/…/'
tl plain weights get mobilenet_v2 alpha=0.35 size=96 --json
echo "what an error says brings the file is what brings it:"
sed -i 's/0.35, batch_normalization: train}/0.35, weights: imagenet}/; s/image_size: 32/image_size: 96/' b.yaml
rm data/weights/$file
get=$(HOME=$PWD tlrun check b.yaml 2>&1 | sed -n 's/.*`tlrun \(weights get [^`]*\)` brings them.*/\1/p')
tl plain $get
tlrun check b.yaml | sed -n 's#HERE#.#; s#  weights *.*data/#data/#p'
tl plain data verify mnist --json 2>&1 | sed 's/looked for .*/…/'
tl plain data get
tl plain data fetch
tlrun data ls | cut -d ' ' -f 1
tlrun data verify cifar10 >/dev/null 2>&1; echo "exit $?"
echo >&3
wait $server
