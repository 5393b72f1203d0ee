# A killed process can leave an empty registration of LLVM's OpenMP runtime in shared memory; the next
# process of the same number runs all the same. (With another runtime the file means nothing.)
. "$SRCDIR/tests/cli/tiny.inc"
cat >leftover.sh <<'END'
echo "/dev/shm/__KMP_REGISTERED_LIB_$$_$(id -u)" >name
[ ! -d /dev/shm ] || : >"$(cat name)"
exec "$TLRUN" "$@"
END
sh leftover.sh -q tiny.yaml >/dev/null; echo "exit $?"
rm -f "$(cat name)"
tlrun ls | wc -l
