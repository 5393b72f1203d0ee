# A key below an optimizer, schedule or loss that the file leaves at its default can be overridden and swept.
. "$SRCDIR/tests/cli/tiny.inc"
tlrun config tiny.yaml training.optimizer.learning_rate=0.01 training.lr_schedule.warmup_epochs=1 \
	training.loss.label_smoothing=0.1 | grep -A 2 -e optimizer -e lr_schedule -e 'loss:' | sed 's/ *#/ #/'
tlrun check tiny.yaml 'sweep.parameters={training.optimizer.learning_rate: {values: [0.01, 0.001]}}' |
	sed -n 's/^  trial  *\([^:]*\):.*/\1/p'
tlrun config tiny.yaml training.optimizer.momentum=0.9; echo "exit $?"
tlrun config tiny.yaml 'training.optimizer={learning_rate: 0.01}'; echo "exit $?"
