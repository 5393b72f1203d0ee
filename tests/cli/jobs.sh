# Several runs at a time are several processes: each with its own log and lines that say whose they are, the
# same bytes as alone; nothing is left of them when the batch ends.
. "$SRCDIR/tests/cli/tiny.inc"
sed 's/^name: .*/name: other/; s/batch_size: 16/batch_size: 32/' tiny.yaml >other.yaml
tlrun -q --results alone --seeds 2 other.yaml >/dev/null
tlrun tiny.yaml other.yaml --seeds 1-3 --jobs 2 2>lines >out; echo "exit $?"
grep -c '^tiny seed [123]  epoch' lines
grep -v ' to do: ' lines | grep -vc '^\(tiny\|other\) seed [123]\(:\|  epoch\|  test\)'
for f in result.json history.csv predictions.csv model.safetensors; do
	cmp alone/other/latest/seed-2/$f results/other/latest/seed-2/$f && echo "$f: the same alone"
done
ls results/*/*/seed-*/log.txt | wc -l | tr -d ' '
ls results/*/*/seed-*/lock results/*/*/seed-*/checkpoint 2>/dev/null
grep -c '^| ' results/comparison.md
echo "again: all done before"
tlrun tiny.yaml other.yaml --seeds 1-3 -j 2 2>&1 >/dev/null | grep -c 'done before'
echo "one that is left runs in this process"
rm results/tiny/latest/seed-2/result.json
tlrun -n tiny.yaml other.yaml --seeds 1-3 | tail -n 1 | sed 's/, about.*//'
tlrun -q tiny.yaml other.yaml --seeds 1-3 >/dev/null; echo "exit $?"
tlrun tiny.yaml --jobs 0; echo "exit $?"
