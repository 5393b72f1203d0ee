# A loss that explodes without reaching infinity, and an accuracy at chance, are warned of wherever the result is shown.
. "$SRCDIR/tests/cli/tiny.inc"
sed "s/^name: tiny/name: good/; s/epochs: 3/epochs: 30/" tiny.yaml >good.yaml
sed 's/^name: tiny/name: chance/; s/^training:.*/training: {epochs: 1, batch_size: 16, optimizer: {type: sgd, learning_rate: 1e-9}}/' tiny.yaml >chance.yaml
sed 's/^name: tiny/name: exploded/; s/^training:.*/training: {epochs: 2, batch_size: 16, optimizer: {type: sgd, learning_rate: 3000}}/' tiny.yaml >exploded.yaml
for name in good chance exploded; do
	echo "== $name"
	tlrun $name.yaml >out 2>err; echo "exit $?"
	grep -h 'warning: the' err | sed 's/^.*warning/warning/'
	grep -c 'explode\|frequent' results/$name/latest/seed-1/log.txt
	grep -h '^> Warning: the [lt]' results/$name/latest/report.md
	grep -o 'the loss exploded\|not better than always' results/$name/latest/report.html
done
tlrun compare | grep ': the loss exploded\|: the test acc'
grep -o 'the loss exploded\|not better than always' results/index.html
