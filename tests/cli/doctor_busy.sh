# doctor says how much of the machine other programs take, measured while it waits.
set -e
while :; do :; done &
spins=$!
tlrun doctor --json >busy.json || echo "exit $?"
tlrun doctor --threads 1 | grep -c '^other work  '
kill $spins
[ ! -r /proc/stat ] || tr , '\n' <busy.json | awk -F: '/other_work_cpus/ && $2 > 0.2 { n++ } END { if (n != 1) print "no other work seen" }'
