# What is in files of weights, and what it binds to in a backbone; wrong words and bad files.
cp "$SRCDIR"/tests/golden/weights/*.h5 .
if tlrun weights show one.h5 2>&1 | grep -q "without libhdf5"; then
	echo "skipped: built without libhdf5" >&2
	cat "$SRCDIR/tests/cli/weights_show.out"
	exit
fi
tlrun weights show nested.weights.h5
tlrun weights show nested_frozen.h5 | sed -n '2p;$p'
mkdir -p data/weights && mv one.h5 data/weights
tlrun weights show one.h5
tlrun weights show one.h5 --json
tlrun weights show base.h5 mobilenet_v2 alpha=0.1 >out 2>err; echo "exit $?"
head -n 12 out; tail -n 1 out; cat err
tlrun weights show base.h5 mobilenet_v2 alpha=0.1 --json 2>/dev/null | grep -A 6 '"bound"'
for words in "" "shwo x" "show" "show none.h5" "show bad_cycle.h5" "show bad_cycle.h5 --json" \
	"show base.h5 mobilnet" "show base.h5 mobilenet_v2 aplha=1" "show base.h5 mobilenet_v2 alpha=0"; do
	code=0
	tlrun weights $words >out 2>&1 || code=$?
	sed "s|$XDG_CACHE_HOME|CACHE|; s|$HOME/|HOME/|" out
	echo "exit $code"
done
[ -e results ] || echo "nothing was written"
