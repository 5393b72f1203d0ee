# The network, its frozen prefix and what is folded; memory goes with the threads: only the words count.
. "$SRCDIR/tests/cli/backbone.inc"
numbers='s/ [0-9.]* [KM]*i*B$/ SIZE/; s/  *SIZE$/ SIZE/'
tlrun plan narrow.yaml | tail -24 | sed "$numbers"
tlrun plan phases.yaml | grep -E "^phase|parameters, |^(frozen prefix|folded|memory of)" | sed "$numbers"
tlrun plan phases.yaml --json | grep -E '^ {0,8}[^ ]' | grep -E '"' | sed '/_bytes/s/[0-9][0-9]*/N/'
tlrun plan phases.yaml engine.fuse=false training.phases.head.freeze='{first: 30}' | grep -E 'prefix|folded|fusion'
ls
