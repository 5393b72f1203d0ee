#!/bin/sh
# The house rules that a machine can check (ARCHITECTURE.md, section 7). SRCDIR is the top of the source.
#
#   tests/check_house.sh              the rules, then the self-test; make check runs this
#   tests/check_house.sh --rules      the rules alone, each violation as "file:line: rule: text"
#   tests/check_house.sh --self-test  plants one violation of each rule in a copy and expects each to be
#                                     found, in its line, and nothing else
LC_ALL=C
export LC_ALL
top=${SRCDIR:-$(dirname "$0")/..}
cd "$top" || exit 1
rules=$(pwd)/tests/house.awk

# The rules in the current folder. Files of tests that are no C have no rules here.
check_rules() {
	find include src tests -name '*.[ch]' | sort >"$work/files"
	xargs awk -f "$rules" <"$work/files"
}

# Violations, each in a file of its own or in lines of its own. The rest of each file is in order and
# holds what must not be taken for a violation.
plant() {
	mkdir -p src/kernels src/layers src/base src/report include/tlrun tests/base
	{
		printf '/* floor: layers */\n/* A contract. */\n#ifndef TLRUN_ZZ_H\n#define TLRUN_ZZ_H\n\n'
		printf 'struct zz;\n\n#endif\n'
	} >include/tlrun/zz.h
	{
		printf '/* A contract without a floor. */\n#ifndef TLRUN_ZZ_BARE_H\n#define TLRUN_ZZ_BARE_H\n'
		printf '#endif\n'
	} >include/tlrun/zz_bare.h
	{
		printf '/* floor: base */\n#ifndef TLRUN_ZZ_UP_H\n#define TLRUN_ZZ_UP_H\n'
		printf '#include "tlrun/zz.h"\n#include "base/alloc.h"\n#endif\n'
	} >include/tlrun/zz_up.h
	{
		printf '/* Upwards, sideways, nowhere; printing, ending, threads; malloc( in a comment. */\n'
		printf '#include "tlrun/zz.h"\n#include "layers/zz.h"\n#include "tlrun/zz_none.h"\n'
		printf '#include "base/alloc.h"\n#include <pthread.h>\n\n'
		printf 'typedef struct zz zz_t;\n\nvoid\nzz_all(struct zz *z)\n{\n'
		printf '\tchar *p = malloc(1);\n\tz->free(p);\n\tzz_free(p);\n'
		printf '\tprintf("abort() printf() malloc()");\n\tfprintf(stderr, "x");\n\texit(1);\n'
		printf '\tabort();\n#pragma omp parallel\n\tzz_exit("/*", 1); /* free(p) */\n'
		printf '\tz->a = pthread_self();\n\tz->b = calloc (1, 1);\n}\n'
		printf '/* TODO */\n/* XXXXXX and TODOS are words */\n'
	} >src/report/zz_report.c
	{
		printf '/* Lines of 100 and 101 columns, 501 lines, functions of 61 and of 60 lines. */\n'
		printf '\t%096d\n\t%097d\n/* \303\244 %091d */\n' 0 0 0
		for n in 61 60; do
			printf 'void\nzz_long%s(void)\n{\n' $n
			awk -v n=$n 'BEGIN { while (n-- > 3) print "\ti++;" }'
			printf '}\n'
		done
		awk 'BEGIN { for (i = 4 + 62 + 61; i < 501; i++) print "" }'
	} >src/base/zz_long.c
	printf '/* No guard. */\nstruct zz;\n' >src/base/zz_guard.h
	printf '/* Twice. */\n' >src/base/zz_twice.c
	printf '/* Twice. */\n' >src/report/zz_twice.c
	printf '/* Not in the Makefile. */\n' >src/base/zz_unlisted.c
	mkdir -p src/zz
	printf '/* A folder that is no floor. */\n' >src/zz/zz_floor.c
	{
		printf '/* zz_table: the list. */\nconst struct kind *const zz_kinds[] = {\n'
		printf '\t&zz_b.kind, &zz_a.kind,\n\t&zz_none.kind,\n\t&zz_renamed.kind,\n\tNULL\n};\n'
	} >src/layers/zz_table.c
	for kind in a b lost; do
		printf 'const struct zz_kind zz_%s = {\n\t.name = "%s",\n};\n' $kind $kind
	done | awk '/^const/ { close(f); f = "src/layers/" $4 ".c" } { print >f }'
	printf 'const struct zz_kind zz_renamed = {\n\t.name = "other",\n};\n' >src/layers/zz_moved.c
	printf 'const struct zz_kind odd = {\n\t.name = "odd",\n};\n' >src/layers/zz_odd.c
	printf '/* A limit in seconds. */\ntcase_set_timeout(c, 60);\n' >tests/base/zz_patience.c
	for f in include/tlrun/zz.h include/tlrun/zz_bare.h include/tlrun/zz_up.h src/report/zz_report.c \
		src/base/zz_long.c src/base/zz_guard.h src/base/zz_twice.c src/base/zz_twice.c \
		src/report/zz_twice.c src/zz/zz_floor.c src/layers/zz_table.c src/layers/zz_a.c \
		src/layers/zz_b.c src/layers/zz_lost.c src/layers/zz_moved.c src/layers/zz_odd.c tests/base/zz_patience.c; do
		printf '\t%s \\\n' $f
	done >>Makefile.am
}

expected() {
	cat <<'EOF'
include/tlrun/zz_bare.h:1: floor-line
include/tlrun/zz_up.h:4: floors
include/tlrun/zz_up.h:5: floors
src/base/zz_guard.h:1: guard
src/base/zz_long.c:3: columns
src/base/zz_long.c:6: function
src/base/zz_long.c:501: length
src/base/zz_twice.c:1: makefile
src/base/zz_unlisted.c:1: makefile
src/layers/zz_lost.c:1: kinds
src/layers/zz_moved.c:1: kinds
src/layers/zz_moved.c:1: kinds
src/layers/zz_odd.c:1: kinds
src/layers/zz_table.c:3: kinds
src/layers/zz_table.c:4: kinds
src/report/zz_report.c:2: floors
src/report/zz_report.c:3: floors
src/report/zz_report.c:4: floors
src/report/zz_report.c:6: threads
src/report/zz_report.c:8: typedef
src/report/zz_report.c:13: malloc
src/report/zz_report.c:16: print
src/report/zz_report.c:17: print
src/report/zz_report.c:18: exit
src/report/zz_report.c:19: exit
src/report/zz_report.c:20: threads
src/report/zz_report.c:22: threads
src/report/zz_report.c:23: malloc
src/report/zz_report.c:25: unfinished
src/report/zz_twice.c:1: unique
src/zz/zz_floor.c:1: floor-line
tests/base/zz_patience.c:2: patience
EOF
}

self_test() {
	mkdir "$work/tree" && cp -R Makefile.am include src "$work/tree" && mkdir "$work/tree/tests" &&
		cd "$work/tree" && chmod -R u+w . || return 1
	plant
	check_rules | sed -n '/[/]zz/ s/^\([^:]*:[0-9]*: [a-z-]*\): .*/\1/p' | sort >"$work/found"
	expected | sort >"$work/expected"
	if ! diff "$work/expected" "$work/found" >"$work/diff"; then
		echo "check_house: self-test failed; < was planted and not found, > was found in order:"
		cat "$work/diff"
		return 1
	fi
}

work=$(mktemp -d "${TMPDIR:-/tmp}/tlrun-house-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
status=0
case ${1:-} in
--self-test) ;;
--rules | '') check_rules || status=1 ;;
*)
	sed -n '2,/^[^#]/ s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac
case ${1:-} in
--rules) ;;
*) self_test || status=1 ;;
esac
exit $status
