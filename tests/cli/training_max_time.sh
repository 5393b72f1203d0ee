# training.max_time in the file: no epoch begins once those of the run took as long, and the run is done.
. "$SRCDIR/tests/cli/tiny.inc"
sed 's/^name:.*/name: short/; s/^training:.*/training: {epochs: 1000000, batch_size: 16, max_time: 1s}/' tiny.yaml >short.yaml
of() { grep -E "^ *\"($2)\":" "results/$1/latest/seed-1/result.json" | sed 's/^ *//; s/,$//'; }
# Whether the epochs of run $1 took $2 seconds, and those before the last did not.
took() {
	sed -n 's/.*"train_seconds_per_epoch": \[\(.*\)\].*/\1/p' "results/$1/latest/seed-1/timing.json" | tr , '\n' |
		awk -v most="$2" '{ before += last; last = $1 }
			END { print ((before < most && before + last >= most) ? "as long as that" : "otherwise: " before " " last) }'
}
tlrun -q short.yaml 2>err >/dev/null; echo "exit $?"; cat err >&2
of short 'epochs_planned|stopped' | sort -u
took short 1
n=$(of short epochs_run | sort -u | sed 's/.* //')
sed -n "s/^Training ran $n of/Training ran N of/p" results/short/latest/report.md
echo "its epochs are those of a run that was to have as many:"
tlrun -q short.yaml training.max_time=null training.epochs=$n --results whole >/dev/null; echo "exit $?"
for f in history.csv predictions.csv; do
	cmp results/short/latest/seed-1/$f whole/short/latest/seed-1/$f && echo "$f: the same bytes"
done
for r in results whole; do grep '"weights": "' $r/short/latest/seed-1/result.json; done | uniq | wc -l
echo "the same command has nothing to do; more time is another configuration:"
tlrun -n short.yaml 2>/dev/null | cut -c 1-4
tlrun -n short.yaml training.max_time=1h 2>/dev/null | cut -c 1-4
echo "of phases the second has no epoch:"
sed 's/^name:.*/name: phased/; s/max_time/phases: [{name: one}, {name: two, epochs: 5}], max_time/' short.yaml >phased.yaml
tlrun -q phased.yaml 2>/dev/null >/dev/null; echo "exit $?"
took phased 1
of phased 'name|stopped' | grep -E '"(one|two|max_time|epochs)"'
tail -n 1 results/phased/latest/seed-1/history.csv | cut -d , -f 2
echo "a run that is interrupted goes on with the time that it has left:"
sed 's/^name:.*/name: long/; s/max_time: 1s/max_time: 2s/' short.yaml >long.yaml
tlrun -q long.yaml --max-time 1s 2>/dev/null >/dev/null; echo "exit $?"
tlrun -n long.yaml 2>/dev/null | cut -c 1-6
tlrun -q long.yaml 2>/dev/null >/dev/null; echo "exit $?"
of long stopped | sort -u
took long 2
