# Experiments side by side: rows, tests, warnings, differing keys; damaged records are named and left out.
. "$SRCDIR/tests/cli/tiny.inc"
tlrun compare; echo "exit $?"
tlrun -q tiny.yaml seeds=[1,2] >/dev/null
tlrun -q tiny.yaml name=slow training.batch_size=32 training.epochs=4 seeds=[1,2] >/dev/null
tlrun -q tiny.yaml name=cheat dataset.validation=test dataset.validation_split=null >/dev/null
numbers='s/[-+]*[0-9][0-9.,]*\(e-[0-9]*\)*/N/g; s/N m\{0,1\}s\([ |&]\)/N T\1/; s/[KM]iB/B/; s/  */ /g'
tlrun compare slow tiny cheat | sed "$numbers"
tlrun compare tiny --csv | cut -d, -f 1,3,4,11-13
tlrun compare --latex | sed "$numbers"
tlrun compare tiny --latex --columns experiment,seeds | sed -n '/^exp/,/^tiny/p'
tlrun compare --latex --columns seeds,tiem; echo "exit $?"
tlrun compare --columns seeds; echo "exit $?"
tlrun compare slow --against tiny | sed -n '/^Tests/,/^With/p' | sed "$numbers"
tlrun compare slow --against nobody; echo "exit $?"
tlrun -q tiny.yaml seeds=[1,2] compare_with=slow >/dev/null
ls results/tiny | grep -vc latest
tlrun compare | sed -n '/^Tests/,/^Tested/p' | sed "$numbers"
tlrun compare --md slow tiny | sed -n '/^## What/,$p'
tlrun compare slow tiny --json | grep -c '"seed":'
tlrun compare tyni; echo "exit $?"
tlrun check --latex tiny.yaml; echo "exit $?"
echo '{' >results/slow/latest/seed-2/result.json
tlrun compare slow | sed "$numbers" | head -n 2
tlrun report slow | sed 's#/[0-9a-f]\{8\}/#/HASH/#'
