# The shells' scripts, asked as a shell asks them: commands, sub-commands, flags, keys, names of runs and files. zsh and
# fish are asked where they are installed.
. "$SRCDIR/tests/cli/tiny.inc"
tlrun -q tiny.yaml name=first >/dev/null
tlrun -q tiny.yaml name=second --results other >/dev/null
tlrun completion bash >bash_completion
tlrun completion tcsh; echo "exit $?"
cat >ask.bash <<'BASH'
. ./bash_completion
ask() {
	COMP_WORDS=(tlrun "$@") COMP_CWORD=$# COMPREPLY=()
	_tlrun tlrun "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
	echo "$*: ${COMPREPLY[*]}"
}
ask com
ask tin
ask weights ''
ask weights get ''
ask data get cifar
ask show ''
ask --results other show ''
ask compare --against f
ask evaluate --split ''
ask predict --cs
ask check --exp
ask check tiny.yaml training.ea
ask check tiny.yaml training.early_stopping.
ask check tiny.yaml model.layers.conv2d.f
ask explain training.lr_s
ask help rep
ask completion ''
ask ls ''
BASH
bash ask.bash
if command -v zsh >/dev/null; then
	tlrun completion zsh >_tlrun
	zsh -f -c '_describe() { print -l "${(@P)2}"; }; compadd() { print -l -- "${@[4,-1]}"; }; _files() { print files; }
		words=(tlrun weights ""); CURRENT=3; . ./_tlrun; words=(tlrun check x.yaml training.ear); CURRENT=4; _tlrun' >zsh.out
else printf 'get:get\nshow:show\nverify:verify\nfiles\ntraining.early_stopping.\n' >zsh.out
fi
cat zsh.out
if command -v fish >/dev/null; then
	tlrun completion fish >tlrun.fish
	HOME=$PWD fish --no-config -c 'source tlrun.fish; complete -C "tlrun weights g"; complete -C "tlrun show f"' >fish.out
else printf 'get\nfirst\n' >fish.out
fi
cat fish.out
