# One file, many experiments: checked, listed, run once each, ranked; a trial is the file with its overrides.
. "$SRCDIR/tests/cli/tiny.inc"
sed 's/^training: .*/training: {epochs: 2, batch_size: 16, optimizer: adam}/' tiny.yaml >grid.yaml
cat >>grid.yaml <<'END'
seeds: [1, 2]
sweep:
  metric: {name: val_loss}
  parameters:
    training.optimizer.learning_rate: {values: [0.01, 0.001, 1e-3]}
    model.layers.dropout.rate: {values: [0.1, 0.4]}
END
masked() { sed "s/\/[0-9a-f]\{8\}/\/HASH/; s/  *$//; s/[0-9]\.[0-9]\{4\}/LOSS/g; s/[0-9.]* %/P/g; s/  */ /g"; }
tlrun check grid.yaml | grep -v -e needs -e computes | sed 's/: [0-9].*//'
tlrun config grid.yaml | sed -n '/^sweep/,/seed/p'
tlrun plan grid.yaml name=other | head -n 1
tlrun -q grid.yaml >out; echo "exit $?"
masked <out | sed 's/^tiny-[^ ]* [0-9.]* [0-9.]*/TRIAL RATES/'
ls results results/tiny
sed -n 1,3p results/tiny/sweep.csv | cut -d, -f1,4-7
head -n 7 results/tiny/sweep.json
grep -o '<h1>.*\|<strong>[^<]*' results/tiny/sweep.html
grep -o 'href="[^"]*report.html"' results/tiny/sweep.html | sed 's/-[^/]*//; s#/[0-9a-f]\{8\}/#/HASH/#'
grep -o '<a [^>]*sweep.html">[^<]*' results/index.html
cp results/tiny/sweep.md before.md
echo "again, everything is done:"
tlrun grid.yaml 2>&1 >/dev/null | grep -c done
cmp before.md results/tiny/sweep.md && echo "the same table"
echo "from the records alone:"
cp -rp results before
rm -f results/tiny/sweep.md results/tiny/sweep.html results/tiny/sweep.csv results/tiny-*/*/report.html results/comparison.md
tlrun report | grep sweep
cmp before.md results/tiny/sweep.md && echo "the same table"
tlrun report results/tiny/ | sed 's#/[0-9a-f]\{8\}/#/HASH/#'
diff -r before results && echo "the same bytes"
sed 's/maximize/up/; s/minimize/down/' before/tiny/sweep.json >results/tiny/sweep.json
tlrun report >/dev/null; echo "exit $?"
tlrun report tiny; echo "exit $?"
cp before/tiny/sweep.json results/tiny/
rm -r results/tiny-*
tlrun report tiny; echo "exit $?"
rm -r results && mv before results
echo "an axis that was drawn on a logarithmic scale:"
drawn='sweep.parameters={training.optimizer.learning_rate: {distribution: log_uniform, min: 1e-4, max: 0.1}}'
tlrun -q grid.yaml sweep.method=random sweep.max_trials=3 seeds=1 "$drawn" --results drawn >/dev/null
grep drawn_log drawn/tiny/sweep.json
cp drawn/tiny/sweep.html page.html
tlrun report --results drawn >/dev/null
cmp page.html drawn/tiny/sweep.html && echo "the same page"
echo "a trial by itself:"
tlrun run -n grid.yaml sweep=null name=tiny-learning_rate-0.001-rate-0.4 training.optimizer.learning_rate=0.001 \
	model.layers.dropout.rate=0.4 | masked
echo "what the sweep sets cannot be set besides:"
tlrun check grid.yaml model.layers.dropout.rate=0.3; echo "exit $?"
tlrun check grid.yaml sweep.metric.name=test_loss sweep.max_trials=1 | grep ok; echo "exit $?"
echo "random:"
tlrun run -n grid.yaml sweep.method=random sweep.max_trials=3 seeds=1 sweep.seed=4 \
	'sweep.parameters={training.optimizer.learning_rate: {distribution: log_uniform, min: 1e-4, max: 0.1}}' |
	sed 's#, about.*##; s/ *results.*//'
echo "a key with a part in quotes, as a trial and as its command:"
quoted='sweep.parameters={model.layers."dropout".rate: {values: [0.1]}, training."optimizer"."learning_rate": {values: [0.01]}}'
tlrun run -n grid.yaml "$quoted" --seeds 1 --results quoted | masked | sed "s, about.*,,"
tlrun batch --list grid.yaml "$quoted" --seeds 1 --results quoted | tee command
tlrun -q grid.yaml "$quoted" --seeds 1 --results quoted >/dev/null
sh -c "$(cat command) -n" | masked
