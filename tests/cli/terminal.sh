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
