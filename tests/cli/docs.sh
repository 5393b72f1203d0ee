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
