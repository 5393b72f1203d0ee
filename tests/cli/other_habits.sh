# What users of other programs type first: the error says what is written here.
. "$SRCDIR/tests/cli/tiny.inc"
try() { echo "\$ tlrun $*" >&2; tlrun "$@"; echo "exit $?" >&2; }
try train tiny.yaml
try tiny.yaml --epochs 3
try tiny.yaml --epochs=3
try tiny.yaml --output there
try tiny.yaml --lr
try check tiny.yml
try check tiny
try ./none.yaml
echo "seeds: 5 is one seed:" >&2
tlrun run -n tiny.yaml seeds=5 >out; sed 's/, about.*//; s#results.*##; s/  */ /g' out >&2
tlrun -q check tiny.yaml seeds=5 >out
tlrun check tiny.yaml seed=5 >out
tlrun check tiny.yaml seeds=1-5 | sed -n 's/.*for \([0-9]* seeds\)/\1/p' >&2
