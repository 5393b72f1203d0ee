# `tlrun status` over the commands of `tlrun batch --list`: the whole list, whoever does its runs.
. "$SRCDIR/tests/cli/tiny.inc"
show() { tlrun status "$@" | sed 's/^[0-9TZ]*-[0-9]*-list/LIST/; s/^[0-9TZ]*-[0-9]*:/BATCH:/; s/[0-9-]*T[0-9:]*Z on .*/TIME on HOST/; s/[0-9.]* m*s left/T left/'; }
tlrun batch --list tiny.yaml --seeds 1-4 >list
show
sed -n 1p list | sh >/dev/null 2>&1
sed -n 3p list | sh >/dev/null 2>&1
show
tlrun status --json | grep '"listed"\|"done"\|"waiting"'
# A batch of other runs is shown instead; a list that begins to run is shown again.
tlrun -q tiny.yaml --seeds 9 >/dev/null
show | head -n 1
tlrun batch --list tiny.yaml --seeds 1-4 | sed -n 2p | sh >/dev/null 2>&1
show | head -n 2
sed -n 4p list | sh >/dev/null 2>&1
show
# Where nothing can be written the list is printed all the same.
mkdir full && : >full/batches
tlrun batch --list tiny.yaml --results full 2>err | wc -l | tr -d ' '
grep -c 'tlrun status. will not know this list' err
