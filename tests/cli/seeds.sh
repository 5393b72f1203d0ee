# Several seeds: a folder each, mean and deviation; --seeds stands for the file's.
. "$SRCDIR/tests/cli/tiny.inc"
tlrun -q tiny.yaml seeds=[1,2] >/dev/null; echo "exit $?"
ls results/tiny/latest/ | cat
tlrun -q --results alone --seeds 2 tiny.yaml >/dev/null
for f in result.json history.csv predictions.csv model.safetensors; do
	cmp alone/tiny/latest/seed-2/$f results/tiny/latest/seed-2/$f && echo "$f: the same alone"
done
tlrun -q --seeds 3-4 tiny.yaml >/dev/null; echo "exit $?"
ls -d results/tiny/latest/seed-* | sed 's#.*/##'
grep '4 seeds' results/tiny/latest/report.md | sed 's/95 % //; s/-*[0-9.]* to/P to/; s/[0-9.]* %/P/g'
tlrun --seeds 1,1 tiny.yaml; echo "exit $?"
tlrun tiny.yaml seed=1 seeds=[1]; echo "exit $?"
