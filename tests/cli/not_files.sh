# Where a file is read, a pipe, a folder and a device are refused at once, whatever the file is for.
. "$SRCDIR/tests/cli/tiny.inc"
mkfifo pipe
mkdir data
cat >idx.yaml <<'END'
version: 1
name: idx
dataset: {name: mnist, path: data}
model: {layers: [flatten, {dense: {units: num_classes, activation: softmax}}]}
training: {epochs: 1}
END
mkfifo data/train-images-idx3-ubyte
sed 's/^model:/model:\n  weights: .\/pipe/' tiny.yaml >weights.yaml
for file in pipe /dev/zero; do
	tlrun check $file; echo "exit $?"
	tlrun weights show $file; echo "exit $?"
	tlrun evaluate $file; echo "exit $?"
done
tlrun check idx.yaml; echo "exit $?"
tlrun check tiny.yaml | head -n 1
tlrun -q tiny.yaml >/dev/null
for file in result.json timing.json; do
	rm results/tiny/latest/seed-1/$file
	mkfifo results/tiny/latest/seed-1/$file
	tlrun show tiny >/dev/null 2>&1; echo "exit $?"
done
