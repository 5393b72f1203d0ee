# Text files as C arrays of lines, for the pages: awk -f assets.awk html_NAME=FILE…
BEGIN {
	print "/* Made by assets.awk from the files of src/report. */\n#include \"report/html.h\""
	for (i = 1; i < ARGC; i++) {
		n = split(ARGV[i], part, "=")
		print "\nconst char *const " part[1] "[] = {"
		for (k = 2; k <= n; k++)
			copy(part[k])
		print "\tNULL\n};"
	}
	exit
}

function copy(path,    line) {
	while ((status = (getline line < path)) > 0) {
		gsub(/[\\"]/, "\\\\&", line)
		sub(/^[ \t]+/, "", line)
		if (line != "")
			print "\t\"" line "\\n\","
	}
	if (status < 0) {
		print "assets.awk: cannot read " path >"/dev/stderr"
		failed = 1
	}
	close(path)
}

END { exit failed }
