# The overview, a command's help by both ways, and help without a command on stderr with exit 2.
tlrun --help | sed 's/tlrun [0-9][0-9.]*/tlrun N/'
tlrun help check
tlrun check --help | head -n 1
tlrun >out 2>err
echo "exit $?, stdout $(wc -c <out) bytes, stderr says $(head -n 1 err | sed 's/tlrun [0-9][0-9.]*/tlrun N/')"
