# Pictures through a trained model, whose file alone is needed: any size, PNG and PPM; what is no picture is said.
. "$SRCDIR/tests/cli/tiny.inc"
tlrun -q tiny.yaml >/dev/null
mv results/tiny/latest/seed-1/model.safetensors results/tiny/latest/seed-1/pairs.png .
rm -r results
printf 'P6 2 2 255\n' >"a, b.ppm"
printf '\377\377\377\000\000\000\377\377\377\000\000\000' >>"a, b.ppm"
tlrun predict model.safetensors "a, b.ppm" pairs.png | sed 's| *[a-z]*  *[0-9p][a-z0-9.]*$||'
tlrun predict model.safetensors "a, b.ppm" --csv | sed 's/,0\.[0-9]*/,P/g; s/",[a-z]*,/",CLASS,/'
tlrun predict model.safetensors pairs.png --json | sed 's/0\.[0-9]*/P/; s/"predicted": .*/…/'
tlrun predict model.safetensors pairs.png tiny.yaml; echo "exit $?"
tlrun predict model.safetensors nowhere.png; echo "exit $?"
head -c 100 pairs.png >cut.png
tlrun predict model.safetensors cut.png 2>/dev/null; echo "exit $?"
tlrun predict model.safetensors pairs.png --split test; echo "exit $?"
