# Image files through a trained model, whose file alone is needed: any size, PNG and PPM, files and folders; files
# that cannot be read are reported and the others are predicted.
. "$SRCDIR/tests/cli/tiny.inc"
tlrun -q tiny.yaml >/dev/null
mv results/tiny/latest/seed-1/model.safetensors results/tiny/latest/seed-1/pairs.png .
rm -r results
printf 'P6 2 2 255\n' >"a, b.ppm"
printf '\377\377\377\000\000\000\377\377\377\000\000\000' >>"a, b.ppm"
tlrun predict model.safetensors "a, b.ppm" pairs.png | sed 's| *[a-z]*  *[0-9p][a-z0-9.]*$||'
tlrun predict model.safetensors "a, b.ppm" --csv | sed 's/,0\.[0-9]*/,P/g; s/",[a-z]*,/",CLASS,/'
tlrun predict model.safetensors pairs.png --json | sed 's/0\.[0-9]*/P/; s/"predicted": .*/…/'
tlrun predict model.safetensors pairs.png tiny.yaml >out; echo "exit $?"; wc -l <out | tr -d ' '
tlrun predict model.safetensors nowhere.png; echo "exit $?"
head -c 100 pairs.png >cut.png
tlrun predict model.safetensors cut.png 2>/dev/null; echo "exit $?"
tlrun predict model.safetensors cut.png "a, b.ppm" --csv 2>/dev/null | sed 's/,0\.[0-9]*/,P/g; s/",[a-z]*,/",CLASS,/'
tlrun predict model.safetensors cut.png --json 2>/dev/null | sed 's/damaged PNG: .*"/damaged PNG: …"/'
mkdir -p album/b/c album/none empty
cp pairs.png album/z.png && cp pairs.png album/b/c/1.png && cp "a, b.ppm" album/b/2.txt
for i in 1 2 3 4; do echo text >album/none/$i.png; done
mkfifo album/fifo
tlrun predict model.safetensors album cut.png --csv 2>err | cut -d, -f1; sed 's/damaged PNG: .*/damaged PNG: …/' err
tlrun predict model.safetensors empty; echo "exit $?"
tlrun predict model.safetensors album/fifo; echo "exit $?"
tlrun predict model.safetensors pairs.png --split test; echo "exit $?"
