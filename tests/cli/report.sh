# All reports again, from the records alone: the same bytes.
. "$SRCDIR/tests/cli/tiny.inc"
tlrun report; echo "exit $?"
mkdir night
mv tiny.yaml night/tiny.yaml
printf 'version: 1\nextends: tiny.yaml\nname: other\ntraining: {epochs: 4}\n' >night/other.yaml
tlrun -q night seeds=[1,2] >/dev/null
cp -r results before
for f in report.md report.html summary.json; do rm results/tiny/latest/$f; done
rm results/comparison.md results/index.html results/charts/training_loss.svg
ls before/charts
touch results/charts/test_old.svg results/tiny/latest/charts/old.svg
tlrun report | sed 's#/[0-9a-f]\{8\}/#/HASH/#'
diff -r before results && echo "the same bytes"
tlrun report tiny | sed 's#/[0-9a-f]\{8\}/#/HASH/#'
diff -r before results && echo "the same bytes"
tlrun report nothing; echo "exit $?"
