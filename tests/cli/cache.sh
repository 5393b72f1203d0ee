# Features of frozen layers are kept, shared by seeds, listed and removed.
. "$SRCDIR/tests/cli/backbone.inc"
tlrun cache ls
tlrun -q --seeds 1,2 phases.yaml >/dev/null || exit 1
shown() { sed 's/^[0-9a-f]\{8\} /KEY      /; s/used .* ago/used N ago/'; }
tlrun cache ls | shown
tlrun cache ls --json | grep -c '"whole": true'
for seed in 1 2; do sed -n 's/^  "features": //p' results/phases/latest/seed-$seed/timing.json; done
grep -c 'Features of the frozen layers' results/phases/latest/report.md
echo "too small a limit:"
tlrun --results small --cache-limit 1K phases.yaml 2>&1 >/dev/null | grep 'features' | sed 's/needs .*//'
sed -n 's/^  "features": //p' small/phases/latest/seed-1/timing.json
tlrun --results small cache ls | shown
tlrun cache clear
tlrun cache ls
tlrun cache sl; echo "exit $?"
