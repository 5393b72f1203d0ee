# Over done runs nothing is written, so a results folder that cannot be written to will do.
. "$SRCDIR/tests/cli/tiny.inc"
sed 's/^name: .*/name: other/; s/batch_size: 16/batch_size: 32/' tiny.yaml >other.yaml
tlrun -q tiny.yaml other.yaml >/dev/null
touch stamp; sleep 0.02
tlrun -q tiny.yaml other.yaml >first; echo "exit $?"
find results -type f -newer stamp
chmod -R a-w results
tlrun -q tiny.yaml other.yaml >second; echo "exit $?"
cmp first second && echo "the same outcome"
if [ "$(id -u)" != 0 ]; then
	tlrun -q tiny.yaml other.yaml training.epochs=4 2>&1 >/dev/null | grep -q 'results' || echo "not said"
fi
chmod -R u+w results
