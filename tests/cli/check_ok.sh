# What a run would take; the time and the disk are estimates, so only their words are compared.
. "$SRCDIR/tests/cli/tiny.inc"
tlrun check tiny.yaml | sed 's/about.*for/about T for/'
ls
