#!/bin/sh
# The JSON Schema that the program prints, held against the experiments by a validator that is not ours.
top=${SRCDIR:-$(dirname "$0")/../..}
tlrun=${TLRUN:?"TLRUN names the program"}
command -v python3 >/dev/null || exit 77
"$tlrun" schema | python3 "$top/tests/config/schema_check.py" \
	--good "$top"/experiments/*.yaml "$top"/experiments/*/*.yaml "$top"/tests/config/good/*.yaml \
	--bad "$top"/tests/config/bad/*.yaml
