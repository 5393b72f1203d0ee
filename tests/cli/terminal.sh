# What is redrawn on a terminal never wraps and leaves nothing behind, and TERM=dumb redraws nothing.
terminal=$(dirname "$TLRUN")/terminal
[ -x "$terminal" ] || { echo "no $terminal: make check builds it" >&2; exit 77; }
. "$SRCDIR/tests/cli/tiny.inc"
long=a-name-that-alone-is-wider-than-forty-columns
sed "s/^name: .*/name: $long/" tiny.yaml >long.yaml
export TERM=xterm
for columns in 40 100; do
	"$terminal" $columns tlrun run long.yaml --rerun >screen; echo "exit $?"
	# A stage that was drawn is gone, and nothing of its beginning is left in a row of its own.
	echo "$columns columns: $(grep -c 'load data$\|validate$\|test$' screen) stages, $(grep -c "^$(echo $long | cut -c1-30)" screen) lines"
done
printf 'redrawn: %s\n' "$("$terminal" -r 40 tlrun run long.yaml --rerun | grep -c "$(printf '\033')" | sed 's/^[1-9][0-9]*$/yes/')"
for term in dumb ''; do
	echo "TERM=$term: $(TERM=$term "$terminal" -r 40 tlrun run long.yaml --rerun | grep -c "$(printf '\033\\[')")"
done
echo "-v: $("$terminal" -r 40 tlrun run -v long.yaml --rerun | grep -c "$(printf '\033\\[[AJK]')")"

# The block of a run: it is gone in the end, and one line tells of the run.
"$terminal" 100 tlrun run tiny.yaml >screen 2>&1
echo "$(grep -c '^tiny seed 1  test' screen) line of the run, $(grep -c '^\[\|^last\|^best\|^loss' screen) of the block"
"$terminal" -r 100 tlrun run tiny.yaml --rerun training.epochs=300 dataset.train_samples=1200 >bytes 2>&1
for part in 'tiny seed 1  epoch' '^\[[#.]*\] .* % .* left' '^  *epoch  *loss  *accuracy' '^last  ' '^best  ' '^loss  '; do
	grep -q "$part" bytes && echo "there is: $part"
done
# A signal within an epoch: the block goes, and what is said stands on lines of its own.
cat >interrupt <<'END'
tlrun run tiny.yaml --results stopped training.epochs=100000 dataset.train_samples=1200 &
until grep -q '"epoch": *[2-9]' stopped/tiny/*/seed-1/state.json; do sleep 0.1; done 2>/dev/null
kill -INT $!
wait $!
END
"$terminal" 100 sh interrupt | sed 's/[0-9][0-9]*/N/g; s/in epoch N after step N of N/at a step/; s/after epoch N of N/at a step/'
