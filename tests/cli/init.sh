# Starter files that pass check; nothing is overwritten.
tlrun init 2>/dev/null
tlrun check experiments >/dev/null; echo "check: exit $?"
head -c 1 experiments/tlrun.schema.json; echo
tlrun init; echo "exit $?"
