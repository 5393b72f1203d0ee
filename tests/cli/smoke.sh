# --smoke goes through every part on a few images and keeps nothing; what fails leaves its log.
. "$SRCDIR/tests/cli/tiny.inc"
export TMPDIR=$PWD/scratch
mkdir scratch
cat >dependent.yaml <<'END'
version: 1
extends: tiny.yaml
name: dependent
training: {epochs: 50, phases: [{name: one, epochs: 20}, {name: two}]}
END
tlrun --smoke tiny.yaml dependent.yaml --seeds 1-2 2>err; echo "exit $?"
grep -c 'epoch 1/1 ' err
grep -c 'epoch 2/2 ' err
tail -n 1 err
ls results scratch
tlrun -q --smoke tiny.yaml dependent.yaml 'training.optimizer={type: sgd, learning_rate: 1e30}' 2>err; echo "exit $?"
grep -c 'not finite' err
sed -n 's/^logs: .*scratch\/tlrun-smoke-.*/logs are kept/p' err
