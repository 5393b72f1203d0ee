# A run is done with its data: of other images in the same files it runs anew, over the old record.
images() { # NAME BYTE: 100 images of that byte
	{ printf '\000\000\010\003\000\000\000\144\000\000\000\034\000\000\000\034'
	head -c 78400 /dev/zero | tr '\000' "$2"; } >data/$1-images-idx3-ubyte
}
labels() {
	{ printf '\000\000\010\001\000\000\000\144'
	for i in 0 1 2 3 4 5 6 7 8 9; do printf '\000\001\002\003\004\005\006\007\010\011'; done; } >data/$1-labels-idx1-ubyte
}
mkdir data
images train A; images t10k A; labels train; labels t10k
cat >x.yaml <<'END'
version: 1
dataset: {name: mnist, path: data}
model: {layers: [flatten, {dense: {units: num_classes, activation: softmax}}]}
training: {epochs: 1}
END
state() { tlrun -n x.yaml | cut -d ' ' -f 1; }
sum() { sed -n 's/.*"data": "\(.*\)".*/\1/p' results/x/latest/seed-1/result.json; }
state
tlrun -q x.yaml >/dev/null; echo "exit $?"
first=$(sum)
state
images train B
state
tlrun x.yaml 2>&1 >/dev/null | grep -c 'done before'
[ "$(sum)" != "$first" ] && echo "other data"
state
images train A
tlrun -q x.yaml >/dev/null
[ "$(sum)" = "$first" ] && echo "the first data"
images t10k C
state
