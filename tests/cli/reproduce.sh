# Runs made again: identical, or the first place where each file differs.
. "$SRCDIR/tests/cli/tiny.inc"
TMPDIR=$PWD/scratch
export TMPDIR
mkdir scratch experiments
hide() { sed 's/[0-9a-f]\{8\} \(seed\|has\)/HASH \1/; s,in /.*/tlrun-reproduce-......$,in SCRATCH,'; }
tlrun -q tiny.yaml --seeds 2,1 >/dev/null
tlrun -q reproduce tiny >out; echo "exit $?"
hide <out
tlrun -q reproduce tiny --seeds 1-2 --json --threads 1 | grep -c '"identical": true'
tlrun -q reproduce results/tiny/latest/seed-2 | hide | head -n 1
tlrun -q reproduce tiny/seed-3 2>err; echo "exit $?"
hide <err
tlrun -q reproduce tiny --seeds 1,3 2>/dev/null; echo "exit $?"
tlrun -q reproduce tyni; echo "exit $?"
ls scratch
# Another value in each file.
one=results/tiny/latest/seed-1
cp -rp $one kept
sed -i '3s/,[^,]*$/,0.25/' $one/history.csv
sed -i '5s/,[^,]*/,other/' $one/predictions.csv
sed -i 's/"batch_size": 16/"batch_size": 17/; s/"binary": "[^"]*"/"binary": "0"/' $one/result.json
printf '\377' | dd of=$one/model.safetensors bs=1 seek=9000 conv=notrunc 2>/dev/null
tlrun -q reproduce tiny >out; echo "exit $?"
hide <out | sed 's/"binary": "[0-9a-f]\{64\}" now/"binary": "THIS" now/; s/: [^ ]* there, [^ ]* now$/: X there, Y now/; s/line [0-9]*: "b/line N: "b/'
ls scratch | sed 's/......$/XXXXXX/'
rm -rf scratch/* $one
mv kept $one
rm $one/history.csv
tlrun -q reproduce tiny | hide | grep history
echo 'epochs: {' >>results/tiny/latest/experiment.yaml
tlrun -q reproduce tiny 2>/dev/null; echo "exit $?"
# It starts from another experiment, whose file has changed since; data lie relative to a file that is gone.
. "$SRCDIR/tests/cli/transfer.inc"
sed 's/^name: .*/name: after\nstart_from: {experiment: pretrain}/; s/num_classes: 3/num_classes: 4/' transfer.yaml >after.yaml
tlrun -q pretrain.yaml after.yaml >/dev/null
tlrun -q pretrain.yaml training.epochs=2 >/dev/null
tlrun -q reproduce after | hide | head -n 1; ls results
rm -rf scratch/*
