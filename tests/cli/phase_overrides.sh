# Phases: addressed by name on the command line, named in the history, resolved in the configuration.
. "$SRCDIR/tests/cli/transfer.inc"
tlrun config transfer.yaml training.phases.all.epochs=2 training.phases.head.optimizer.type=sgd |
	sed -n '/^  phases/,/^  checkpoint/p'
tlrun config transfer.yaml training.phases.head=null | grep -c -- '- name:'
tlrun check transfer.yaml training.phases.last.epochs=2; echo "exit $?" >&2
tlrun check transfer.yaml training.phases.all.epoch=2; echo "exit $?" >&2
tlrun check transfer.yaml 'training.phases=[{name: a}, {name: a}]'; echo "exit $?" >&2
tlrun explain training.phases.epochs
tlrun -q transfer.yaml training.phases.all.epochs=2 >/dev/null; echo "exit $?" >&2
cut -d , -f 1-3 results/transfer/latest/seed-1/history.csv
tlrun config results/transfer/latest/experiment.yaml | sed 's/ *#.*//' >again.yaml
sed '/^runtime:/,$d' again.yaml | cmp - results/transfer/latest/experiment.yaml && echo "the same bytes"
