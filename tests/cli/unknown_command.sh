# Near words are suggested; exit 2.
tlrun chek x.yaml; echo "exit $?" >&2
tlrun qqqqqq; echo "exit $?" >&2
tlrun check --thread 2 x.yaml; echo "exit $?" >&2
tlrun check --threads zero x.yaml; echo "exit $?" >&2
tlrun check --seeds 1 x.yaml; echo "exit $?" >&2
tlrun check --threads; echo "exit $?" >&2
tlrun check --json=yes x.yaml; echo "exit $?" >&2
tlrun check; echo "exit $?" >&2
tlrun show; echo "exit $?" >&2
# Which sets follow "auto generic" depends on the CPU.
tlrun --isa sse check x.yaml 2>err; echo "exit $?" >>err; sed "s/auto generic.*/auto generic …/" err >&2
