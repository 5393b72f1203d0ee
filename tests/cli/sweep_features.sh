# The trials of a sweep over the head share what the frozen backbone computes.
. "$SRCDIR/tests/cli/backbone.inc"
cat >heads.yaml <<'END'
version: 1
extends: narrow.yaml
name: heads
model: {backbone: {freeze: all}}
training: {optimizer: adam}
sweep:
  parameters:
    training.optimizer.learning_rate: {values: [0.01, 0.001]}
    model.head.dropout.rate: {values: [0.1, 0.3]}
END
tlrun -q heads.yaml >/dev/null; echo "exit $?"
for trial in results/heads-*; do
	sed -n "s/^  \"features\": /${trial#results/} /p" "$trial"/latest/seed-1/timing.json
done | sort -k 2 -r
tlrun cache ls | sed 's/^[0-9a-f]\{8\} .*/KEY/'
