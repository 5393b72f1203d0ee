#!/bin/sh
# The pages of a real run in a real browser, headless Chromium: no error is logged, nothing is loaded, and
# tables, switches, values and colours work, wide and narrow. Without Chromium: skipped.
for name in chromium chromium-browser google-chrome; do
	browser=$(command -v $name) && break
done
if [ -z "$browser" ]; then
	echo "skipped: no Chromium here (apt install chromium)"
	exit 77
fi
here=${SRCDIR:-$(dirname "$0")/../..}
work=$(mktemp -d "${TMPDIR:-/tmp}/tlrun-pages-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1
status=0
fail() {
	echo "FAILED: $*"
	status=1
}

# Two names that begin alike for longer than a bar has room.
long=a_name_that_is_longer_than_a_bar_has_room-learning_rate-0.00
for name in one ${long}1 ${long}3; do
	cat >$name.yaml <<YAML
version: 1
name: $name
description: A "run" & <its> page.
dataset: {name: synthetic, num_classes: 4, train_samples: 200, test_samples: 80, image_size: 8}
model:
  layers:
    - flatten
    - dense: {units: num_classes, activation: softmax}
training: {epochs: 6, batch_size: 20, optimizer: {type: adam, learning_rate: 1e-2}}
evaluation: {metrics: [accuracy, macro_f1]}
seeds: [1, 2, 3]
YAML
done
"${TLRUN:-tlrun}" -q --threads 1 one.yaml "${long}1.yaml" "${long}3.yaml" >run.log 2>&1 || {
	cat run.log
	exit 1
}
sed 's/^name: one/name: swept/; s/^seeds: .*/seeds: [1, 2]/' one.yaml >swept.yaml
cat >>swept.yaml <<'YAML'
sweep:
  parameters:
    training.optimizer.learning_rate: {values: [0.0003, 0.003, 0.03]}
    training.optimizer.type: {values: [adam, rmsprop]}
YAML
"${TLRUN:-tlrun}" -q --threads 1 --results sweeps swept.yaml >run.log 2>&1 || {
	cat run.log
	exit 1
}

sandbox=
[ "$(id -u)" = 0 ] && sandbox=--no-sandbox
# browse WIDTH FILE: its DOM after all scripts, into dom; what was logged, into log.
browse() {
	timeout -k 10 600 "$browser" --headless=new $sandbox --disable-gpu --disable-dev-shm-usage --no-first-run \
		--disable-background-networking --disable-component-update --disable-sync \
		--host-resolver-rules='MAP * ~NOTFOUND' --user-data-dir="$work/profile" \
		--window-size="$1,1000" --enable-logging=stderr --virtual-time-budget=4000 --dump-dom \
		"file://$work/$2" >dom 2>log || fail "$2: the browser ended with $?"
}

# The page with the hook, whose script its policy would refuse; the style stays under the policy.
hooked() {
	sed "s/script-src 'sha256-[^']*'/script-src 'unsafe-inline'/; s,</body>,," "$1" | sed '/<\/html>/d'
	echo '<script>'
	cat "$here/tests/browser/hook.js"
	echo '</script></body></html>'
}

verdict() {
	sed -n 's/^page: //p' dom >verdict
	grep FAILED verdict && status=1
	grep -q "^end $2$" verdict || fail "$1: the hook did not end"
	echo "$1: $(grep -c '^ok' verdict) checks"
}

for page in results/one/latest/report.html results/index.html sweeps/swept/sweep.html; do
	browse 1280 $page
	grep -q '<html[^>]*class="js"' dom || fail "$page: its script did not run"
	grep CONSOLE log && fail "$page: an error was logged"
	hooked $page >wide.html
	browse 1280 wide.html
	verdict "$page, wide" 1280
	mv wide.html narrow.html
	cat >frame.html <<'HTML'
<!DOCTYPE html><iframe src="narrow.html" style="width:390px;height:844px;border:0"></iframe>
<pre id="verdict"></pre>
<script>addEventListener('message', e => { document.getElementById('verdict').textContent = e.data; });</script>
HTML
	browse 1280 frame.html
	verdict "$page, narrow" 390
done
for chart in results/charts/*_against_time.svg results/charts/training_loss.svg \
	results/one/latest/charts/loss.svg; do
	browse 600 "$chart"
	grep -q 'parsererror' dom && fail "$chart: no SVG"
	grep CONSOLE log && fail "$chart: an error was logged"
done
exit $status
