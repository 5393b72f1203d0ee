# Starter files that pass check and run, together and without a download; nothing is overwritten.
tlrun init
tlrun check --strict experiments >out; echo "check: exit $?"; grep ': ok' out
cmp experiments/frozen.yaml "$SRCDIR/src/cli/starters/frozen.yaml" && echo "the bytes of the file in the source"
head -c 1 experiments/tlrun.schema.json; echo
tlrun init; echo "exit $?"
mkdir part && echo mine >part/scratch.yaml
tlrun init part 2>/dev/null; echo "exit $?"; ls part
echo "all of them, in the order of what starts from what:"
sed -i 's/epochs: [0-9]*/epochs: 1/; s/train_samples: 6000/train_samples: 600/' experiments/*.yaml
tlrun -q experiments >out; echo "exit $?"; sed -n '2,/^$/s/ .*//p' out
echo "with what the comments say in place of start_from and of the data:"
sed -i 's/^  name: synthetic .*/  name: cifar10/; /^  train_samples:/d' experiments/pretrain.yaml
sed -i '/^start_from:/d; s/weights: none /weights: imagenet /' experiments/frozen.yaml
tlrun config experiments/finetune.yaml | grep -E '^  (name: cifar10|.*weights: imagenet)' | sed 's/ *#.*//'
TLRUN_DATA=$PWD XDG_CACHE_HOME=$PWD tlrun check experiments/frozen.yaml >/dev/null 2>&1; echo "exit $?"
