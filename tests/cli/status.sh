# What batches set out to do, beside what their runs' folders say.
. "$SRCDIR/tests/cli/tiny.inc"
tlrun status; echo "exit $?"
tlrun status --json
tlrun -q tiny.yaml --seeds 1,2 >/dev/null
hash=$(sed -n 's/.*"configuration": "\([0-9a-f]*\)".*/\1/p' results/tiny/latest/seed-1/result.json | head -n 1)
folder=results/tiny/latest
row() { echo "    [\"tiny\", \"$hash\", $1, \"tiny.yaml\", $2, $3]"; }
mkdir -p results/batches $folder/seed-3 $folder/seed-4
rm -f results/batches/*
{
	echo '{"format": 1, "started": "2026-11-24T07:30:00Z", "host": "node", "pid": 4711, "jobs": 2, "runs": ['
	row 1 1 true; echo ,; row 2 1 false; echo ,; row 3 1 false; echo ,; row 4 1 false
	for i in 5 6 7 8 9 10 11 12 13 14 15 16; do echo ,; row $i 1 false; done
	echo ']}'
} >results/batches/20261124T073000Z-4711.json
touch -d '2020-01-01' results/batches/*.json
echo '{"state": "running", "phase": "training", "epoch": 2, "epochs": 3, "step": 5, "steps": 8, "share": 0.5}' \
	>$folder/seed-3/state.json
echo '{"state": "failed", "message": "the loss is not finite"}' >$folder/seed-4/state.json
: >$folder/seed-4/log.txt
show() { tlrun status "$@" | sed 's/; [0-9.]* m*s left/; T left/; s/ %  .* left/ %  T left/; s/[0-9a-f]\{8\}\/seed/HASH\/seed/'; }
show
tlrun status --json | grep -v '"seconds\|configuration\|folder\|log"' | head -n 55
# With the locks held they live and run.
{ flock 8; flock 9; show | sed 's/about .*/about TIME/' | head -n 5; } \
	8>results/batches/20261124T073000Z-4711.lock 9>$folder/seed-3/lock
echo '{"format": 99}' >results/batches/20261124T073001Z-1.json
show | head -n 1
