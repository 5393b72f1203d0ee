# What no experiment refers to any more is listed and removed; what runs, what is not tlrun's and what is behind
# links stays.
. "$SRCDIR/tests/cli/tiny.inc"
masked() { sed 's/^ *[0-9.]* [KM]*i*B /SIZE/; s/, [0-9.]* [KM]*i*B / SIZE /; s/[0-9a-f]\{8\}\([/ ,:]\)/HASH\1/; s/[0-9]*T[0-9]*Z-[0-9]*/BATCH/' | sort; }
now() { readlink results/tiny/latest; }
tlrun gc; echo "exit $?"
tlrun -q tiny.yaml --seeds 1,2 >/dev/null
tlrun gc
echo "-- what killed processes left"
at=results/tiny/$(now)
touch -r $at/seed-1/result.json $at/seed-1/checkpoint $at/seed-1/state.json
touch $at/seed-1/lock $at/seed-2/model.safetensors.tmp.12.3 $at/lock results/.lock results/index.html.tmp.1.1 $at/charts/x.svg.tmp.1.2
touch results/cache/k.features.lock results/batches/20200101T000000Z-1.lock 2>/dev/null || mkdir results/cache && touch results/cache/k.features.lock
touch results/batches/20200101T000000Z-1.lock
sleep 0.02; touch $at/seed-2/checkpoint	# newer than the result: of a run that replaces it
mkdir -p $at/seed-3 results/tiny/00000000/seed-1 && echo why >results/tiny/00000000/seed-1/log.txt
for i in 1 2 3 4 5 6 7 8 9; do echo '{}' >results/batches/2020010${i}T000000Z-1.json; done
before=$(find results | sort | cksum)
tlrun gc -n | masked
[ "$before" = "$(find results | sort | cksum)" ] && echo "-n changes nothing"
tlrun gc --json | sed -n 's/ *"why"/why/p' | sort | uniq -c | sed 's/^ *//'
tlrun gc
[ -e $at/seed-2/checkpoint ] && echo "the checkpoint of a rerun stays" && rm $at/seed-2/checkpoint
tlrun -q tiny.yaml --seeds 1,2 >/dev/null; echo "exit $?"
echo "-- what is held stays"
mkdir -p results/tiny/11111111/seed-1
{ flock 9; touch $at/seed-1/x.tmp.1.2; tlrun gc 2>&1 | masked; } 9>results/tiny/11111111/seed-1/lock
ls results/tiny | wc -l
tlrun gc | masked
echo "-- links and files that are not tlrun's"
mkdir -p elsewhere/seed-1 results/notes/draft 'results/odd
name/22222222/seed-1' results/tiny/33333333/seed-1 results/tiny/44444444/seed-1 results/tiny/55555555
touch elsewhere/x.tmp.1.2 elsewhere/seed-1/log.txt results/notes/x.tmp.1.2 results/tiny/33333333/seed-1/thoughts.txt mine
ln -s ../../elsewhere results/tiny/66666666; ln -s ../elsewhere results/linked; ln -s ../../../../mine results/tiny/44444444/seed-1/log.txt
ln -s ../../../elsewhere/seed-1 results/tiny/55555555/seed-1
before=$(find . | sort | cksum)
tlrun gc 2>&1 | masked
[ "$before" = "$(find . | sort | cksum)" ] && echo "all of it is there"
rm -r results/tiny/[3456]* results/linked results/odd* results/notes
echo "-- older settings"
tlrun -q tiny.yaml training.epochs=2 >/dev/null
old=$(now)
tlrun -q tiny.yaml --seeds 1,2 >/dev/null
sed 's/^name: .*/name: tiny-too/' tiny.yaml >too.yaml && tlrun -q too.yaml training.epochs=1 >/dev/null
tlrun gc -n tiny.yaml | masked
tlrun gc tiny.yaml training.epochs=2 -n | masked
tlrun --results results/ gc tiny.yaml | sed 's#//#/#' | masked
ls results/tiny results/tiny-too | sed "s/^$(now)\$/NOW/; s/^[0-9a-f]\{8\}$/HASH/"
[ -e results/tiny/$old ] && echo "still there"
tlrun -q tiny.yaml --seeds 1,2 >/dev/null; echo "exit $?"
tlrun gc tiny.yaml | masked
tlrun gc nowhere.yaml; echo "exit $?"
tlrun gc tiny.yaml training.epoch=2 2>/dev/null; echo "exit $?"
ls results/tiny | wc -l
echo "-- latest follows"
tlrun -q tiny.yaml training.epochs=1 >/dev/null
tlrun -q gc tiny.yaml | masked
readlink results/tiny/latest | grep -c "$(basename $at)"
grep -q "tiny/$(basename $at)" results/index.html && echo "index.html follows too"
echo "-- trials that a sweep no longer makes"
sed 's/^name: .*/name: grid/; s/epochs: 3/epochs: 1/' tiny.yaml >grid.yaml
echo 'sweep: {parameters: {training.batch_size: {values: [16, 32, 64]}}}' >>grid.yaml
tlrun -q grid.yaml >/dev/null; cp -a results swept
sed -i 's/\[16, 32, 64\]/[16, 128]/' grid.yaml
tlrun gc -n grid.yaml | masked
tlrun -q grid.yaml >/dev/null; tlrun report >/dev/null
sed -n '/former/,$p' results/grid/sweep.json
tlrun gc grid.yaml | masked
ls results | grep grid
rm -r results && mv swept results
echo "-- a kill in between"
tlrun -q tiny.yaml training.epochs=2 >/dev/null
rm results/tiny/$(now)/seed-1/result.json results/tiny/$(now)/report.*
tlrun gc | masked
tlrun gc | masked
for i in 1 2 3 4 5 6; do tlrun -q tiny.yaml training.epochs=1 --seeds "1-$i" >/dev/null; done
for pause in 0 0.002 0.004 0.006 0.008; do
	tlrun gc tiny.yaml >/dev/null 2>&1 & sleep $pause; kill -9 $! 2>/dev/null; wait $! 2>/dev/null
done
tlrun gc tiny.yaml >/dev/null; echo "exit $?"
ls results/tiny | wc -l
tlrun -q tiny.yaml --seeds 1,2 2>&1 >/dev/null; echo "exit $?"
echo "-- at the same time as runs"
tlrun -q tiny.yaml training.epochs=40 --seeds 1-4 >/dev/null & run=$!
while kill -0 $run 2>/dev/null; do tlrun -q gc >/dev/null || echo "gc failed"; done
wait $run; echo "exit $?"
ls -d results/tiny/$(now)/seed-*/result.json | wc -l
