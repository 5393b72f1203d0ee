# Files as C strings, for `tlrun init`: awk -f starters.awk FILE…
BEGIN {
	print "/* Made by starters.awk from the files of src/cli/starters. */\n#include \"cli/cli.h\""
	print "\nconst struct starter starters[] = {"
	for (i = 1; i < ARGC; i++)
		copy(ARGV[i])
	print "\t{ NULL, NULL },\n};"
	exit
}

function copy(path,    name, line) {
	name = path
	sub(/^.*\//, "", name)
	print "\t{ \"" name "\","
	while ((status = (getline line < path)) > 0) {
		gsub(/[\\"]/, "\\\\&", line)
		print "\t\t\"" line "\\n\""
	}
	print "\t},"
	if (status < 0) {
		print "starters.awk: cannot read " path >"/dev/stderr"
		failed = 1
	}
	close(path)
}

END { exit failed }
