# An experiment starts from the weights of another: its source runs first, seed by seed, whatever the order of
# the files; what cannot be is said before anything runs.
. "$SRCDIR/tests/cli/backbone.inc"
mkdir night
mv narrow.yaml night/source.yaml
cat >night/a.yaml <<'END'
version: 1
extends: source.yaml
name: dependent
start_from: {experiment: narrow}
dataset: {num_classes: 4}
model: {backbone: {freeze: all}}
END
masked() { sed 's/,* *about.*//; s/\/[0-9a-f]\{8\}/\/HASH/; s/  *$//'; }
tlrun run -n night | masked
tlrun check night/a.yaml; echo "exit $?"
tlrun -q night >/dev/null; echo "exit $?"
grep parameters results/dependent/latest/seed-1/log.txt | sed 's/^ *[0-9.]* *//'
grep -n 'starts from' results/dependent/latest/report.md | sed 's/^[0-9]*://'
echo "alone, with the source in the results:"
tlrun run -n night/a.yaml | masked
tlrun run -n night/a.yaml --seeds 1-3; echo "exit $?"
echo "a smoke test of it, too, and the source's run is left as it is:"
find results -type f -exec cksum {} + | sort -k 3 >before
tlrun -v --smoke night/a.yaml --seeds 1 2>&1 >/dev/null | grep -o -e '[0-9]* of .* taken from.*' -e 'smoke test.*'
sed 's/^name: .*/name: more/' night/a.yaml >night/b.yaml
TMPDIR=$PWD tlrun --smoke night/a.yaml night/b.yaml --seeds 1 2>&1 >/dev/null | tail -n 1
find results -type f -exec cksum {} + | sort -k 3 | cmp before - && echo 'as it was'
TMPDIR=$PWD tlrun --smoke --results none night/a.yaml 2>&1
ls -d tlrun-smoke* 2>/dev/null
rm night/b.yaml
echo "a number of the source's model is changed:"
cp -rp results damaged
rm -rf damaged/dependent
model=$(echo damaged/narrow/latest/seed-1/model.safetensors)
printf '\001\002\003' | dd of="$model" bs=1 seek=$(($(wc -c <"$model") - 4)) conv=notrunc 2>/dev/null
tlrun -q --results damaged night/a.yaml >out 2>err; echo "exit $?"
sed 's/\/[0-9a-f]\{8\}/\/HASH/; s/[0-9a-f]\{8\}…/HASH…/g' err
find damaged/dependent -name result.json
tlrun -q --results damaged night/source.yaml --rerun --seeds 1 >/dev/null && tlrun -q --results damaged night/a.yaml >/dev/null; echo "exit $?"
cmp results/dependent/latest/seed-1/model.safetensors damaged/dependent/latest/seed-1/model.safetensors && echo 'the same model'
echo "another source is another configuration:"
tlrun run -n night training.batch_size=15 | masked
echo "the source fails:"
mkdir bad
cp night/a.yaml bad
sed 's/^training:.*/training: {optimizer: {type: sgd, learning_rate: 1e30}}/' night/source.yaml >bad/source.yaml
sed 's/^name: .*/name: other/; /^start_from/d' night/a.yaml >bad/z.yaml
tlrun -q --results bad_results bad 2>err >out; echo "exit $?"
masked <err | grep -v 'not finite'
cut -c 1-10 out | head -n 2
echo "circles, and sources that are nowhere:"
sed 's/experiment: narrow/experiment: two/; s/^name: .*/name: one/' night/a.yaml >night/one.yaml
sed 's/experiment: narrow/experiment: one/; s/^name: .*/name: two/' night/a.yaml >night/two.yaml
tlrun run -n night; echo "exit $?"
tlrun run -n night/one.yaml; echo "exit $?"
tlrun run -n --results none night/a.yaml night/source.yaml name=same; echo "exit $?"
