# What scripts/quickstart and scripts/test share: packages and the build. Sourced, not run.

top=$(cd "$(dirname "$0")/.." && pwd)

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

# build DIR [configure options]: out of tree; only what changed is done again.
build() {
	dir=$1
	shift
	[ -f "$top/configure" ] && [ "$top/configure" -nt "$top/configure.ac" ] &&
		[ -f "$top/Makefile.in" ] && [ "$top/Makefile.in" -nt "$top/Makefile.am" ] ||
		(cd "$top" && autoreconf -i >/dev/null)
	mkdir -p "$dir"
	if [ ! -f "$dir/config.status" ] || [ "$top/configure" -nt "$dir/config.status" ]; then
		(cd "$dir" && "$top/configure" -q "$@")
	fi
	make -s -C "$dir" -j "$(nproc)"
}
