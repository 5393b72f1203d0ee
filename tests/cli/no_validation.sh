# validation_split: 0: all training images train, nothing validates, and everything that follows works without.
. "$SRCDIR/tests/cli/tiny.inc"
. "$SRCDIR/tests/cli/transfer.inc"
all=dataset.validation_split=0
masked() { sed "s/[0-9a-f]\{8\}\([ \/]\)/HASH\1/; s/[0-9]\.[0-9]\{4\}/X/g; s/[0-9.]* %/P/g; s/  */ /g; s/ *\$//"; }
echo "checked, and as it is printed:"
tlrun check tiny.yaml $all | sed -n 's/.*; //p'
tlrun config tiny.yaml $all | grep validation_split
echo "what watches validation is refused:"
tlrun check tiny.yaml $all training.early_stopping.patience=3 2>&1; echo "exit $?"
echo "run:"
tlrun tiny.yaml $all --seeds 1,2 2>&1 >/dev/null | masked | sed 's/ [0-9.]* m*s\( best\)*$//'
run=results/tiny/latest/seed-1
head -n 2 $run/history.csv | masked
grep -A 3 '"validation": {' $run/result.json
grep -e '"restored_epoch"' -e '"validation_images"' -e '"temperature"' $run/result.json
grep -e 'The model has' -e '^| epoch' -e 'validation' results/tiny/latest/report.md | uniq
ls results/tiny/latest/charts
grep -c val_loss results/tiny/latest/report.html
tlrun ls | masked
tlrun status | tail -n 1
tlrun compare tiny --csv | cut -d, -f1,3
echo "evaluated, repeated:"
tlrun evaluate results/tiny/latest/seed-1 --split validation 2>err; echo "exit $?"; sed "s/^.*seed-1/RUN/" err
tlrun evaluate results/tiny/latest/seed-1 --split train | head -n 1 | masked
tlrun reproduce results/tiny/latest/seed-1 2>/dev/null | tail -n 1 | masked
echo "reports again, from the records:"
cp -r results before && tlrun report tiny | masked && diff -r before results && echo "the same bytes"
echo "stopped and gone on with:"
tlrun -q --results whole tiny.yaml $all training.epochs=400 training.early_stopping.monitor=loss \
	training.early_stopping.patience=400 >/dev/null
tlrun -q --results cut tiny.yaml $all training.epochs=400 training.early_stopping.monitor=loss \
	training.early_stopping.patience=400 >/dev/null 2>&1 &
pid=$!
wait_for $! "[ -f cut/tiny/*/seed-1/checkpoint ]"
kill -9 $pid; wait $pid 2>/dev/null
tlrun --results cut tiny.yaml $all training.epochs=400 training.early_stopping.monitor=loss \
	training.early_stopping.patience=400 2>&1 >/dev/null | grep -c 'goes on from its checkpoint'
for f in history.csv predictions.csv model.safetensors result.json; do
	cmp whole/tiny/latest/seed-1/$f cut/tiny/latest/seed-1/$f && echo "$f: the same bytes"
done
grep -e '"monitor"' cut/tiny/latest/seed-1/result.json
echo "phases over cached features, from another experiment:"
tlrun -q pretrain.yaml $all >/dev/null
tlrun -q transfer.yaml $all start_from.experiment=pretrain >/dev/null && cp -r results/transfer first
grep '"features"' results/transfer/latest/seed-1/timing.json
tlrun -q transfer.yaml $all start_from.experiment=pretrain --rerun --no-cache >/dev/null
for f in history.csv model.safetensors result.json; do
	cmp first/latest/seed-1/$f results/transfer/latest/seed-1/$f && echo "$f: the same bytes"
done
tlrun tiny.yaml $all --smoke 2>/dev/null | tail -n 1
echo "a sweep:"
sweep='sweep.parameters={training.batch_size: {values: [8, 16]}}'
tlrun check tiny.yaml $all "$sweep" 2>&1; echo "exit $?"
tlrun check tiny.yaml $all "$sweep" sweep.metric.name=loss | grep ranked
tlrun -q tiny.yaml $all "$sweep" sweep.metric.name=loss --results swept | masked
cp swept/tiny/sweep.md before.md
tlrun report --results swept tiny >/dev/null; cmp before.md swept/tiny/sweep.md && echo "the same table"
