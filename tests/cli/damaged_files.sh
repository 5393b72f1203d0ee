# Files of a finished run that are missing, changed or damaged: said by `run`, and reports go on.
. "$SRCDIR/tests/cli/tiny.inc"
tlrun -q tiny.yaml seeds=[1,2,3] >/dev/null
folder=results/tiny/$(readlink results/tiny/latest)
plain() { sed 's/[0-9a-f]\{8\}/HASH/'; }
said() { tlrun -q tiny.yaml seeds=[1,2,3] 2>&1 >/dev/null | plain; }
said
echo "{" >"$folder/seed-1/timing.json"
rm "$folder/seed-2/model.safetensors"
sleep 0.02; echo >>"$folder/seed-3/history.csv"
said
tlrun -n tiny.yaml seeds=[1,2,3] 2>&1 | plain
echo "-- reports"
tlrun report tiny 2>&1 | plain
tlrun show tiny 2>&1 | grep -e warning -e '^| 1 ' | plain
tlrun ls | cut -c 29- | plain
