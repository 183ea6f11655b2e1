# Sourced by ./run and ./test: says what is done, installs what is missing, builds. Works as root and with sudo.
say() { printf '\033[1m== %s\033[0m\n' "$*" >&2; }

# install_packages FILE…: the packages named in the files that are not there yet.
install_packages() {
  local wanted missing=()
  wanted=$(sed -e 's/#.*//' -e '/^\s*$/d' "$@")
  for package in $wanted; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "install these packages as root, then call again: ${missing[*]}" >&2; return 1; }
    as_root=(sudo)
  fi
  say "installing ${#missing[@]} packages: ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# build PRESET TARGET…
build() {
  local preset=$1
  shift
  say "building ($preset)"
  mkdir -p build
  cmake --preset "$preset" >"build/configure-$preset.log" 2>&1 || { cat "build/configure-$preset.log" >&2; return 1; }
  cmake --build "build/$preset" --target "$@" >&2
}
