# No byte of a file or of the command line reaches a terminal, a report or a log as a control or bidirectional
# character, or as what is no UTF-8.
. "$SRCDIR/tests/cli/tiny.inc"
acts=$(printf '[\001-\010\013-\037\177]\\|\302[\200-\237]\\|\342\200[\216-\217\250-\256]\\|\342\201[\240-\257]\\|\377')
clean() { # WHAT FILE…
	what=$1
	shift
	LC_ALL=C grep -a "$acts" "$@" >found && { echo "$what lets through:"; LC_ALL=C cat -v found; }
	for file in "$@"; do
		iconv -f UTF-8 -t UTF-8 "$file" >converted 2>&1 || echo "$what: no UTF-8"
	done
}
hostile=$(printf 'x\033[2J\342\200\256\302\233\377y')
tlrun -q tiny.yaml >/dev/null
for word in run check plan config expand show diff compare ls status report explain layers schema data weights \
	predict evaluate reproduce init batch cache help completion doctor "$hostile"; do
	for second in "$hostile" "--$hostile" "--results=$hostile" "tiny.yaml $hostile=1" "tiny.yaml seeds=$hostile"; do
		case $word:$second in doctor:--res* | data:--res* | schema:--res* | completion:--res* | layers:--res* | help:--res*) continue ;; esac
		# shellcheck disable=SC2086 # two words
		timeout 60 tlrun "$word" $second >out 2>err </dev/null
		clean "tlrun $(echo "$word $second" | LC_ALL=C cat -v)" out err
	done
done
for sub in "weights show" "weights get" "weights verify" "data get" "data verify" "data check"; do
	# shellcheck disable=SC2086 # two words
	timeout 60 tlrun $sub "$hostile" >out 2>err </dev/null
	clean "tlrun $sub" out err
done

# Tensors of a file.
head='{"a\u001b[2J\u202e\u009b\n|b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
while [ ${#head} -lt 120 ]; do head="$head "; done
{ printf '\170\0\0\0\0\0\0\0'; printf %s "$head"; printf '\0\0\0\0'; } >hostile.safetensors
tlrun weights show hostile.safetensors >out 2>err
clean "weights show" out err
sed -n 's/  *float32.*//p' out
tlrun weights show hostile.safetensors --json >out 2>err
clean "weights show --json" out err
sed -n '/"name"/s/^ *//p' out

# A description, and what a record says.
sed 's/^name: .*/&\ndescription: "a\\e[31m \\u202E \\x9Bz"/' tiny.yaml >told.yaml
tlrun -q told.yaml name=told >out 2>err
clean run out err
for command in "show told" "config told.yaml" "explain told.yaml" "check told.yaml" "plan told.yaml" "ls" "status" "report"; do
	# shellcheck disable=SC2086 # several words
	tlrun $command >out 2>err
	clean "$command" out err
done
find results/told results/index.html -name '*.md' -o -name '*.txt' -o -name '*.csv' -o -name '*.json' -o -name '*.html' -o -name '*.yaml' \
	| while read -r file; do clean "$file" "$file"; done
grep 'a.x1b' results/told/latest/report.md
tlrun config told.yaml | grep description
