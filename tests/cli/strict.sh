# --strict: warnings are errors, of all files at once, before anything runs; nothing else changes.
. "$SRCDIR/tests/cli/tiny.inc"
sed 's/^name:.*/name: timed/; s/^training: {/&max_time: 1h, /' tiny.yaml >timed.yaml
cat >swept.yaml <<'END'
version: 1
extends: timed.yaml
name: swept
sweep: {metric: {name: test_accuracy}, parameters: {training.batch_size: {values: [8, 16]}}}
END
echo "check says with --strict what run would:"
tlrun check timed.yaml swept.yaml >/dev/null 2>err; echo "exit $?"; grep -c warning: err
tlrun check --strict timed.yaml swept.yaml; echo "exit $?"
tlrun --strict tiny.yaml timed.yaml swept.yaml 2>errors; echo "exit $?"
grep -c error: errors
tlrun -n --strict timed.yaml 2>/dev/null; echo "exit $?"
tlrun check --strict --json timed.yaml 2>json; grep level json
ls
tlrun check --strict tiny.yaml dataset.validation=test 2>&1 | grep error:
echo "with what is wrong between files and in others, and before missing data:"
sed 's/^name:.*/name: lost\nstart_from: {experiment: nowhere}/' timed.yaml >lost.yaml
tlrun --strict lost.yaml timed.yaml 2>err; echo "exit $?"; grep -o 'error: [a-z_]*' err
tlrun --strict timed.yaml tiny.yaml training.epoch=1 2>err; echo "exit $?"; grep -o 'error: [a-z_]*' err
sed 's/^dataset:.*/dataset: {name: cifar10, path: none}/' timed.yaml >gone.yaml
tlrun check --strict gone.yaml 2>/dev/null; echo "exit $?"
tlrun check gone.yaml 2>/dev/null; echo "exit $?"
echo "without warnings nothing changes:"
tlrun check --strict tiny.yaml | head -n 1
tlrun -q --strict tiny.yaml training.epochs=1 >/dev/null; echo "exit $?"
tlrun -n tiny.yaml training.epochs=1 2>/dev/null | cut -c 1-4
tlrun batch --list --strict tiny.yaml
tlrun plan --strict tiny.yaml; echo "exit $?"
