# Two experiments or runs taken apart, with diff(1)'s exit codes.
. "$SRCDIR/tests/cli/tiny.inc"
tlrun -q tiny.yaml seeds=[1,2] >/dev/null
tlrun -q --results again tiny.yaml seeds=[1,2] >/dev/null
tlrun -q tiny.yaml name=longer training.epochs=4 >/dev/null
tlrun -q tiny.yaml name=wide model.layers.dropout.rate=0.5 >/dev/null
tlrun diff tiny again/tiny; echo "exit $?"
tlrun diff tiny/seed-1 wide | sed "/^weights/s/[0-9a-f]\{16\}/H/g"
tlrun diff tiny longer | grep -e seeds -e training -e histories
tlrun diff tiny wide >/dev/null; echo "exit $?"
tlrun diff --json tiny/seed-1 tiny/seed-2 | grep -e '"different"' -e initial
tlrun diff tiny nothing; echo "exit $?"
tlrun diff tiny/seed-3 tiny; echo "exit $?"
tlrun diff tiny; echo "exit $?"
# The same metrics behind other keys are no difference.
cat >ranked.yaml <<'END'
extends: tiny.yaml
version: 1
name: ranked
evaluation: {metrics: [accuracy, top_k_accuracy: {k: 2}, macro_f1]}
END
tlrun -q ranked.yaml >/dev/null
tlrun -q ranked.yaml name=later training.epochs=4 training.early_stopping.patience=9 >/dev/null
tlrun diff ranked later | grep -c metrics
tlrun diff ranked later | grep -e epochs -e patience
