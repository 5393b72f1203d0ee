# Parents merged, overrides applied, defaults written out, each with its origin.
. "$SRCDIR/tests/cli/tiny.inc"
cat >child.yaml <<'END'
version: 1
extends: tiny.yaml
name: child
training: {optimizer: {type: sgd, momentum: 0.9}}
END
tlrun config child.yaml training.epochs=7
tlrun config child.yaml --json | head -n 3
tlrun config child.yaml training.epoch=7; echo "exit $?"
