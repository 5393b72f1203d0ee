# A folder: all checked first, each run, a failing one harms no other: exit 4, comparison written.
. "$SRCDIR/tests/cli/tiny.inc"
mkdir night
mv tiny.yaml night/a.yaml
cat >night/b.yaml <<'END'
version: 1
extends: a.yaml
name: diverges
training: {optimizer: {type: sgd, learning_rate: 1e30}}
END
cat >night/c.yaml <<'END'
version: 1
extends: a.yaml
name: other
training: {batch_size: 32}
END
tlrun --dry-run night | sed 's/results.*//; s/, about.*//; s/ *$//'
tlrun -q night >out 2>err; echo "exit $?"
sed 's/[0-9a-f]\{8\}\/seed/HASH\/seed/' err
cut -c 1-20 out | sed 's/ *$//' | head -n 3
sed -n '3,/^$/p' results/comparison.md | grep -c '^| '
echo 'training: {' >night/d.yaml
tlrun night >/dev/null 2>err; echo "exit $?"
echo "the first failure ends it:"
rm night/d.yaml
tlrun -q --results fast --fail-fast night/b.yaml night/a.yaml 2>&1 >/dev/null | grep -c 'not finite'; ls fast
