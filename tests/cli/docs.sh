# Every whole experiment of the documents (a ```yaml block with a line `version: 1`) is accepted. Each
# becomes NAME.yaml, so that one can extend another; data that is not installed (3) is no fault of the text.
for page in README.md doc/experiment-file.md; do
	mkdir page
	awk -v page="$SRCDIR/$page" 'BEGIN {
		while ((getline line < page) > 0) {
			if (line == "```yaml") { inside = 1; text = ""; name = "unnamed"; continue }
			if (line == "```") {
				if (inside && text ~ /(^|\n)version: 1\n/) printf "%s", text >("page/" name ".yaml")
				inside = 0
			}
			if (inside) text = text line "\n"
			if (inside && line ~ /^name: /) name = substr(line, 7)
		}
	}'
	for file in page/*.yaml; do
		code=0
		tlrun check "$file" >checked 2>errors || code=$?
		case $code in
		0 | 3) echo "$page: $(basename "$file") is accepted" ;;
		*) echo "$page: $(basename "$file"): exit $code"; cat errors ;;
		esac
	done
	rm -r page
done
# Every flag that the pages of the program name is one of its flags. Those that stand apart are not for everyone.
{
	printf '%s\n' --help --version --isa --no-fuse
	for command in $(tlrun completion words -- '' | sed -n 's/\t.*//p'); do tlrun completion words -- "$command" -- | sed 's/\t.*//'; done
} | sort -u >known
for page in doc/command-line.md doc/experiment-file.md doc/results.md doc/tlrun.1; do
	sed 's/\\-/-/g' "$SRCDIR/$page" | grep -o -e '--[a-z][a-z-]*[a-z]' | sort -u | comm -23 - known | sed "s#^#$page names #"
done
# So is every key of the language's page.
tlrun schema | grep -o '"[a-z0-9_]*": {' | tr -d '": {' | sort -u >keys
sed -n '/^## Keys/,/^## /s/^| `\([a-z_.0-9]*\)`.*/\1/p' "$SRCDIR/doc/experiment-file.md" | sed 's/.*\.//' | sort -u | comm -23 - keys |
	sed 's/^/doc\/experiment-file.md names the key /'
# Every command of the program stands on the pages, and every exit code of the table in the manual page.
tlrun help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' >commands
for page in README.md doc/command-line.md doc/tlrun.1; do
	while read -r command; do
		case $page in
		*.1) pattern="^\.B.*\b$command\b" ;;
		*) pattern="^|.*\`tlrun \[*$command\b" ;;
		esac
		[ $page:$command = README.md:help ] || [ $page:$command = README.md:run ] || grep -q "$pattern" "$SRCDIR/$page" || echo "$page lacks tlrun $command"
	done <commands
done
sed -n '/^| exit code/,/^$/s/^| \([0-9][0-9 /]*\) |.*/\1/p' "$SRCDIR/doc/command-line.md" | tr -c '0-9\n' ' ' | tr -s ' ' '\n' >codes
sed -n '/^.SH EXIT/,/^.SH ENV/s/^\.BR* \([0-9]\)/\1/p' "$SRCDIR/doc/tlrun.1" | tr -c '0-9\n' ' ' | tr -s ' ' '\n' | diff codes - || echo "the exit codes differ"
# What README says that the program prints is what it prints.
shown() { # COMMAND…: the block that begins with it
	awk -v first="\$ $1" '$0 == first { inside = 1; next } /^```$/ { inside = 0 } inside' "$SRCDIR/README.md"
}
cat >flowers.yaml <<'YAML'
version: 1
name: flowers
dataset: {name: fashion_mnist}
model:
  layers:
    - conv2d: {filtres: 32, kernel_size: 3}
    - flatten
    - dense: {units: num_classes, activation: softmax}
training:
  epochs: ten
  lr: 1e-3
YAML
tlrun check flowers.yaml >printed 2>&1
shown "tlrun check flowers.yaml" | diff printed - && echo "README.md: tlrun check"
tlrun plan "$SRCDIR/experiments/scratch.yaml" 'dataset={name: synthetic}' | sed '/^$/,$d' >printed
shown "tlrun plan experiments/scratch.yaml" | diff printed - && echo "README.md: tlrun plan"
# doc/results.md names every file of a run.
. "$SRCDIR/tests/cli/tiny.inc"
tlrun -q tiny.yaml 'sweep={parameters: {training.batch_size: {values: [8, 16]}}}' >/dev/null
find results -type f ! -name '*.svg' ! -path 'results/batches/*' | sed 's#.*/##' | sort -u | while read -r file; do
	grep -q -F -e "$file" "$SRCDIR/doc/results.md" || echo "doc/results.md lacks $file"
done
