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
