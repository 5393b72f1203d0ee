# The house rules that need only text. Run by check_house.sh in the top folder, on all C files, contracts
# (include/tlrun/*.h) among them. Prints "file:line: rule: text", one line a violation; exit 1 if any.
# Plain POSIX awk.

function bad(line, rule, text) {
	printf "%s:%d: %s: %s\n", path, line, rule, text
	count++
}

# ---- what is known before the first line ----

function read_floors(    line, part, n, dep, i) {
	while ((getline line < "src/FLOORS") > 0) {
		n = split(line, part, /[ \t]*:[ \t]*/)
		if (n < 2)
			continue
		is_floor[part[1]] = 1
		may[part[1], part[1]] = 1
		n = split(part[2], dep, /[ \t]+/)
		for (i = 1; i <= n; i++)
			may[part[1], dep[i]] = 1
	}
	close("src/FLOORS")
}

function read_makefile(    line, part, n, i) {
	while ((getline line < "Makefile.am") > 0) {
		n = split(line, part, /[ \t\\]+/)
		for (i = 1; i <= n; i++)
			listed[part[i]]++
	}
	close("Makefile.am")
}

# The floor of a contract stands in its first line.
function read_contract(name,    line) {
	if ((getline line < name) > 0 && line ~ /^\/\* floor: [a-z]+ \*\/$/)
		floor_of[name] = substr(line, 11, length(line) - 13)
	close(name)
}

BEGIN {
	read_floors()
	read_makefile()
	for (i = 1; i < ARGC; i++)
		if (ARGV[i] ~ /^include\/tlrun\//)
			read_contract(ARGV[i])
	word_start = "(^|[^A-Za-z0-9_.>])"
}

# ---- a line without comments and without what is inside quotes ----

function code_of(text,    out, i, n, c, two) {
	if (!in_comment && text !~ /["'\/]/)
		return text
	out = ""
	n = length(text)
	for (i = 1; i <= n; i++) {
		c = substr(text, i, 1)
		two = substr(text, i, 2)
		if (in_comment) {
			if (two == "*/") {
				in_comment = 0
				i++
			}
		} else if (quote != "") {
			if (c == "\\")
				i++
			else if (c == quote) {
				quote = ""
				out = out c
			}
		} else if (two == "/*") {
			in_comment = 1
			out = out " "
			i++
		} else if (two == "//")
			break
		else {
			if (c == "\"" || c == "'")
				quote = c
			out = out c
		}
	}
	quote = ""
	return out
}

# Columns that a line takes: a tab reaches the next multiple of 4, a UTF-8 character is one.
function columns(text,    part, n, i, width) {
	gsub(/[\200-\277]/, "", text)
	n = split(text, part, "\t")
	for (i = 1; i <= n; i++) {
		width += length(part[i])
		if (i < n)
			width += 4 - width % 4
	}
	return width
}

function calls(code, names) {
	return code ~ (word_start "(" names ")[ \t]*\\(")
}

# ---- the rules for a line ----

function check_include(text,    name, other) {
	name = text
	sub(/^[^"]*"/, "", name)
	sub(/".*/, "", name)
	if (name == "build-config.h")
		return
	if (name ~ /^tlrun\//) {
		if (!(("include/" name) in floor_of)) {
			bad(FNR, "floors", "no contract " name)
			return
		}
		other = floor_of["include/" name]
	} else if (name ~ /\//) {
		other = name
		sub(/\/.*/, "", other)
		if (where == "include")
			bad(FNR, "floors", "a contract includes " name ", which is not a contract")
	} else
		return
	if (!((floor, other) in may))
		bad(FNR, "floors", floor " may not include " name " of " other)
}

function check_places(code) {
	if (floor != "kernels" && (code ~ /[<"](pthread|threads|omp)\.h/ ||
	    code ~ (word_start "pthread_[a-z_]+[ \t]*\\(")))
		bad(FNR, "threads", "only src/kernels has threads")
	if (code ~ /#[ \t]*pragma[ \t]+omp/)
		bad(FNR, "threads", "loops run through parallel_for, not through OpenMP")
	if (floor != "base" && calls(code, "malloc|calloc|realloc|reallocarray|free|aligned_alloc|" \
	    "posix_memalign|memalign|valloc|alloca|strdup|strndup|asprintf|vasprintf|getline|getdelim"))
		bad(FNR, "malloc", "only src/base asks for memory and gives it back")
	if (floor == "cli")
		return
	if (calls(code, "printf|vprintf|puts|putchar|putc_unlocked|perror|psignal") ||
	    code ~ (word_start "(stdout|stderr)([^A-Za-z0-9_]|$)"))
		bad(FNR, "print", "only src/cli prints; others write to a string, a log or a given stream")
	if (path != "src/base/alloc.c" && path != "src/base/child.c" &&
	    calls(code, "exit|_exit|_Exit|quick_exit|abort"))
		bad(FNR, "exit", "only src/cli ends the program")
}

# A function goes from its name in the first column to the closing brace there.
function check_function(code) {
	if (code ~ /^[A-Za-z_][A-Za-z0-9_]*\(/ && !in_body) {
		start = FNR
		name_of = code
		sub(/\(.*/, "", name_of)
	}
	if (start && code ~ /^\{/)
		in_body = 1
	if (start && !in_body && code ~ /;[ \t]*$/)
		start = 0
	if (start && code ~ /^\}/) {
		if (FNR - start + 1 > 60)
			bad(start, "function", name_of " has " (FNR - start + 1) " lines; 60 are the most")
		start = in_body = 0
	}
}

function family_of(base) {
	return substr(base, 1, length(base) - length("_table.c"))
}

# What kinds a file defines, and what a table lists: compared at the end.
function note_kinds(code, raw,    name, family, token) {
	if (code ~ /^const struct [a-z_0-9]+ [a-z_0-9]+ = /) {
		split(code, token_of, " ")
		name = token_of[4]
		family = token_of[3]
		sub(/_kind$/, "", family)
		kinds++
		kind_symbol[kinds] = name
		kind_family[kinds] = family
		kind_path[kinds] = path
		kind_line[kinds] = FNR
		defined[name] = kinds
	}
	if (match(raw, /(\.name = |\{ *)"[^"]*"/)) {
		token = substr(raw, RSTART, RLENGTH - 1)
		sub(/.*"/, "", token)
		kind_name[path, token] = 1
	}
	if (base ~ /_table\.c$/) {
		family = family_of(base)
		has_table[family] = path
		while (match(code, "&" family "_[a-z0-9_]+")) {
			token = substr(code, RSTART + 1, RLENGTH - 1)
			code = substr(code, RSTART + RLENGTH)
			entries++
			entry_symbol[entries] = token
			entry_family[entries] = family
			entry_path[entries] = path
			entry_line[entries] = FNR
			in_table[token] = 1
		}
	}
}

# ---- files ----

function finish_file() {
	if (path == "")
		return
	if (last > 500)
		bad(last, "length", last " lines; 500 are the most")
	if (path ~ /\.h$/ && !(guard != "" && guard_defined && guard_closed))
		bad(1, "guard", "an include guard is missing: #ifndef NAME, #define NAME, … #endif")
}

function begin_file(    part, n) {
	finish_file()
	path = FILENAME
	n = split(path, part, "/")
	where = part[1]
	base = part[n]
	floor = where == "src" ? part[2] : ""
	if (path in floor_of)
		floor = floor_of[path]
	in_comment = in_body = start = guard_defined = guard_closed = 0
	guard = ""
	if (where == "include" && !(path in floor_of))
		bad(1, "floor-line", "the first line must be /* floor: NAME */")
	else if (where != "tests" && !(floor in is_floor))
		bad(1, "floor-line", "no floor \"" floor "\" in src/FLOORS")
	if (!(path in listed))
		bad(1, "makefile", "not listed in Makefile.am")
	else if (where == "src" && path ~ /\.c$/ && listed[path] > 1)
		bad(1, "makefile", "listed " listed[path] " times in Makefile.am")
	if (where == "src") {
		if (base in seen)
			bad(1, "unique", "another file has this name: " seen[base])
		else
			seen[base] = path
	}
}

FNR == 1 { begin_file() }

{
	last = FNR
	code = code_of($0)
	if (columns($0) > 100)
		bad(FNR, "columns", columns($0) " columns; 100 are the most")
	if ($0 ~ /(^|[^A-Za-z0-9_])(TODO|FIXME|XXX)([^A-Za-z0-9_]|$)/)
		bad(FNR, "unfinished", "do it, or leave it out")
	if (path ~ /^tests\// && calls(code, "tcase_set_timeout"))
		bad(FNR, "patience", "a test must not limit its time; tests/support/runner.c ends those that hang")
	check_function(code)
	if (path ~ /\.h$/) {
		if (guard == "" && code ~ /^#ifndef /)
			guard = $2
		if (code ~ /^#define / && $2 == guard)
			guard_defined = 1
		if (code ~ /[^ \t]/)
			guard_closed = code ~ /^#endif/
	}
	if (where == "tests")
		next
	if (code ~ /^[ \t]*#[ \t]*include[ \t]*"/)
		check_include($0)
	if (code ~ /(^|[^A-Za-z0-9_])typedef[ \t]+(struct|union|enum)[^A-Za-z0-9_]/)
		bad(FNR, "typedef", "structs, unions and enums go by their tags")
	check_places(code)
	if (where == "src")
		note_kinds(code, $0)
}

# ---- the whole tree ----

# The name of a kind: its symbol without the family.
function short_name(symbol, family) {
	return substr(symbol, length(family) + 2)
}

function check_kind(i,    symbol, family, name, file) {
	symbol = kind_symbol[i]
	family = kind_family[i]
	path = kind_path[i]
	if (!(family in has_table))
		return
	name = short_name(symbol, family)
	file = path
	sub(/.*\//, "", file)
	if (substr(symbol, 1, length(family) + 1) != family "_") {
		bad(kind_line[i], "kinds", symbol " must be called " family "_NAME")
		return
	}
	if (file != name ".c" && file != symbol ".c" && file != "cmd_" name ".c")
		bad(kind_line[i], "kinds", symbol " is not the kind of " file)
	if (!(symbol in in_table))
		bad(kind_line[i], "kinds", symbol " is not in " has_table[family])
	if (!((path, name) in kind_name))
		bad(kind_line[i], "kinds", symbol " is not named \"" name "\"")
}

END {
	finish_file()
	for (i = 1; i <= kinds; i++)
		check_kind(i)
	for (i = 1; i <= entries; i++) {
		path = entry_path[i]
		if (!(entry_symbol[i] in defined))
			bad(entry_line[i], "kinds", entry_symbol[i] " is defined in no file")
		# Fusions stand in the order in which they are tried.
		if (i > 1 && entry_path[i - 1] == path && entry_family[i] != "fusion" &&
		    entry_symbol[i - 1] >= entry_symbol[i])
			bad(entry_line[i], "kinds", entry_symbol[i] " comes before " entry_symbol[i - 1])
	}
	exit count > 0
}
