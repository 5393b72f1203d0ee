# Missing files and missing data: what was looked for, where, and what brings it.
. "$SRCDIR/tests/cli/tiny.inc"
tlrun check nowhere.yaml; echo "exit $?" >&2
tlrun check tiny.yaml dataset.name=cifar10 dataset.path=nothing 2>err; echo "exit $?" >&2
sed "s#$PWD#.#g" err >&2
mkdir empty && tlrun check empty; echo "exit $?" >&2
