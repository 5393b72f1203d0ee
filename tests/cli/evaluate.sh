# A trained model by itself: evaluate gives the numbers of result.json, predict the bytes of predictions.csv,
# for any number of threads, also where the file alone is left; what is damaged or missing is said.
. "$SRCDIR/tests/cli/tiny.inc"
tlrun -q --seeds 1,2 tiny.yaml >/dev/null
run=results/tiny/latest
tlrun evaluate tiny | sed 's/[0-9a-f]\{8\},/HASH,/'
for split in test validation; do
	tlrun evaluate tiny --json --split $split | sed -n "/^  \"$split\"/,/^  }/p" | sed '$s/,$//' >part
	sed -n "/^  \"$split\"/,/^  }/p" $run/seed-1/result.json | sed '$s/,$//' | cmp - part && echo "$split: the same"
done
for threads in 1 3; do
	tlrun predict tiny --seeds 2 --csv --threads $threads | cmp - $run/seed-2/predictions.csv && echo "the same bytes"
done
tlrun predict tiny | head -n 3
tlrun predict tiny --split train --csv | wc -l | tr -d ' '
tlrun predict tiny --split validation --json | head -n 12 | sed 's/\[.*/[…/'
cp $run/seed-2/model.safetensors .
cp $run/seed-2/predictions.csv .
mv results elsewhere
tlrun predict model.safetensors --csv | cmp - predictions.csv && echo "from the model alone"
tlrun evaluate tiny; echo "exit $?"
tlrun evaluate model.safetensors --seeds 1; echo "exit $?"
tlrun evaluate model.safetensors --split all; echo "exit $?"
tlrun check tiny.yaml --csv; echo "exit $?"
head -c 4000 model.safetensors >cut.safetensors
tlrun evaluate cut.safetensors; echo "exit $?"
sed 's/conv2d/conv9d/g' model.safetensors >forged.safetensors
tlrun predict forged.safetensors; echo "exit $?"
sed 's/synthetic/synthetik/' model.safetensors >longer.safetensors
tlrun predict longer.safetensors; echo "exit $?"
printf x >>model.safetensors
tlrun predict model.safetensors --json; echo "exit $?"
