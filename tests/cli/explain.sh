# A key, a kind, a near miss.
tlrun explain training.epochs
tlrun explain dropout
tlrun explain epohcs; echo "exit $?"
