# What scripts/quickstart, scripts/test and .ci/run share: packages and the build. Sourced, not run.

top=$(cd "$(dirname "$0")/.." && pwd)
# Where to build: a source folder that was configured itself, by hand, allows no other place.
build_dir=$top/build
[ ! -f "$top/config.status" ] || build_dir=$top

say() { printf '\n== %s\n' "$*"; }

# What a build needs, by its Debian name.
build_packages="gcc make autoconf automake pkg-config libyaml-dev libopenblas-dev libjansson-dev \
libssl-dev zlib1g-dev libpng-dev libjpeg-dev libhdf5-dev libcurl4-openssl-dev"

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Install those of the packages that are missing; with nothing missing apt is not touched.
need() {
	if ! command -v dpkg-query >/dev/null 2>&1; then
		missing_tools=""
		for tool in gcc make autoreconf automake pkg-config; do
			command -v "$tool" >/dev/null 2>&1 || missing_tools="$missing_tools $tool"
		done
		for module in yaml-0.1 jansson libcrypto zlib libpng openblas; do
			pkg-config --exists "$module" 2>/dev/null || missing_tools="$missing_tools $module"
		done
		[ -z "$missing_tools" ] && return 0
		echo "This is no Debian or Ubuntu. Missing:$missing_tools" >&2
		echo "Install what these Debian packages hold, then run this again: $*" >&2
		exit 1
	fi
	missing=""
	for package in "$@"; do
		dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
			missing="$missing $package"
	done
	[ -z "$missing" ] && return 0
	say "installing$missing"
	as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

# Fashion-MNIST is data, not a part of the build: what runs without it says so itself.
need_data() {
	need dataset-fashion-mnist || echo "Fashion-MNIST cannot be installed here." >&2
}

# The version of each library that configure looks for, nothing behind the name where it is missing. The names
# are read in configure.ac and m4/.
found_by_configure() {
	for module in $(sed -n 's/.*PKG_CHECK_MODULES(\[[A-Z0-9_]*\], \[\([^] ]*\).*/\1/p' \
		"$top/configure.ac" "$top"/m4/tl_*.m4); do
		echo "$module $(pkg-config --modversion "$module" 2>/dev/null)"
	done
}

# The options that a build folder was configured with, quoted for a shell. None where configure was interrupted
# while it wrote config.status.
options_of() {
	[ ! -f "$1/config.status" ] || sh "$1/config.status" --config 2>/dev/null || true
}

# configured DIR [configure options]: a build folder in order. CC in the environment is an option.
# A folder that was configured before, by a script or by hand, keeps its options, and new ones are added. It is
# configured again when an option is new, when a library that configure looks for was installed, removed or
# changed since, and when the last configure did not end. New options mean that everything is compiled again.
configured() {
	dir=$1
	shift
	[ -z "${CC-}" ] || set -- "CC=$CC" "$@"
	[ -f "$top/configure" ] && [ "$top/configure" -nt "$top/configure.ac" ] &&
		[ -f "$top/Makefile.in" ] && [ "$top/Makefile.in" -nt "$top/Makefile.am" ] ||
		(cd "$top" && autoreconf -i >/dev/null)
	mkdir -p "$dir"
	had=$(options_of "$dir")
	new=no
	for option in "$@"; do
		# config.status puts an option into quotes where it has to.
		case " $(echo "$had" | tr -d \') " in *" $option "*) ;; *) new=yes ;; esac
	done
	if [ $new = yes ] || [ ! -f "$dir/Makefile" ] || [ "$top/configure" -nt "$dir/config.status" ] ||
		[ "$(found_by_configure)" != "$(cat "$dir/found-by-configure" 2>/dev/null)" ]; then
		rm -f "$dir/found-by-configure"
		[ $new = no ] || find "$dir" \( -name '*.o' -o -name '*.a' \) -exec rm -f {} +
		(eval "set -- $had \"\$@\"" && cd "$dir" && "$top/configure" -q "$@")
		found_by_configure >"$dir/found-by-configure"
	fi
}

# build DIR [configure options]: build there; only what changed is done again.
build() {
	configured "$@"
	make -s -C "$1" -j "$(nproc)"
}

# check DIR: run every test of a build folder and print what each came to; the output goes to DIR/check.log,
# all of it also to the terminal where a test failed.
check() {
	status=0
	make -s -C "$1" -j "$(nproc)" check >"$1/check.log" 2>&1 || status=$?
	if [ "$status" != 0 ]; then
		cat "$1/check.log"
		[ ! -f "$1/test-suite.log" ] || cat "$1/test-suite.log"
	fi
	grep -E '^(PASS|FAIL|SKIP|XFAIL|ERROR)' "$1/check.log" || true
	echo "$(grep -c '^PASS' "$1/check.log" || true) passed," \
		"$(grep -cE '^(FAIL|ERROR)' "$1/check.log" || true) failed," \
		"$(grep -c '^SKIP' "$1/check.log" || true) skipped"
	return "$status"
}
