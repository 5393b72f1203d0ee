# A run writes the files of doc/results.md; the same again does nothing; --rerun gives the same bytes.
. "$SRCDIR/tests/cli/tiny.inc"
tlrun -q tiny.yaml >out 2>err; echo "exit $?, stderr $(wc -c <err) bytes"
sed -n 1p out | sed 's/  */ /g'
config=$(readlink results/tiny/latest)
(cd results && find . -type f -o -type l | sed "s/$config/HASH/; s#batches/.*#batches/ID.json#" | LC_ALL=C sort)
cp -r results/tiny/$config/seed-1 first
tlrun tiny.yaml 2>&1 >/dev/null | sed "s/$config/HASH/"
tlrun -q --rerun --threads 3 tiny.yaml >/dev/null
for f in result.json history.csv predictions.csv model.safetensors; do
	cmp first/$f results/tiny/latest/seed-1/$f && echo "$f: same bytes"
done
head -n 1 results/tiny/latest/seed-1/history.csv
head -n 1 results/tiny/latest/seed-1/predictions.csv
wc -l <results/tiny/latest/seed-1/predictions.csv | tr -d ' '
grep -c 'interval (Wilson)' results/tiny/latest/report.md
