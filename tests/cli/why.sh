# Each run of a batch says why it runs, with --dry-run too; --keep-done keeps another version's.
. "$SRCDIR/tests/cli/tiny.inc"
plain() {
	sed 's/, and this is tlrun [^ ]*/, and this is V/; s/build of tlrun [^ ]*/build of V/
		s/about [0-9.]* [a-z]*/about T/; s/gives [0-9.]*/gives X/; s/f1 is [0-9.]*/f1 is X/'
}
tlrun -q tiny.yaml seeds=[1,2,3] >/dev/null
tlrun -n tiny.yaml seeds=[1,2,3,4] | plain
echo "-- another version, another build, a damaged record, new ones"
folder=results/tiny/$(readlink results/tiny/latest)
sed -i 's/"tlrun": "[^"]*"/"tlrun": "0.0.1"/' "$folder/seed-1/result.json"
sed -i 's/"binary": "[^"]*"/"binary": "0123"/' "$folder/seed-2/result.json"
sed -i 's/"macro_f1": 0\./"macro_f1": 0.9/' "$folder/seed-3/result.json"
tlrun -n tiny.yaml seeds=[1,2,3,4] | plain
echo "-- kept"
tlrun -n --keep-done tiny.yaml seeds=[1,2] | plain
tlrun batch --list --keep-done tiny.yaml
echo "-- said before they run, and passed on to their processes"
tlrun --keep-done tiny.yaml seeds=[1,2,3,4] 2>&1 >/dev/null | grep "to do" | plain
grep -cF '"0.0.1"' "$folder/seed-1/result.json"
tlrun -n --keep-done tiny.yaml seeds=[1,2] training.epochs=2 | plain
