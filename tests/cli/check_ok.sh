# What a run would take; memory goes with the threads, time and disk are estimates: only the words count.
. "$SRCDIR/tests/cli/tiny.inc"
tlrun check tiny.yaml | sed 's/needs.*for/needs N of memory, disk and time for/'
ls
