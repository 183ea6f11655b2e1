#!/bin/sh
# Checks form and habits of every source: clang-format (the version 14 of Debian 12) and clang-tidy-19.
#
#   cmake/lint.sh BUILD_FOLDER [PATH]     e.g. cmake/lint.sh build/dev core/
#
# The build folder must be configured with CMAKE_EXPORT_COMPILE_COMMANDS=ON and built once. With PATH only
# sources below it are looked at. Exit: 0 clean, 1 something was found, 2 it could not run.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-}
part=${2:-}
if [ -z "$build" ] || [ ! -f "$build/compile_commands.json" ]; then
  echo "lint: give a build folder with compile_commands.json (CMAKE_EXPORT_COMPILE_COMMANDS=ON)" >&2
  exit 2
fi
for tool in clang-format clang-tidy-19 run-clang-tidy-19; do
  if ! command -v "$tool" >/dev/null; then
    echo "lint: $tool is missing: apt-get install clang-format clang-tidy-19" >&2
    exit 2
  fi
done

failed=0
files=$(cd "$root" && git ls-files '*.h' '*.cc' | grep -- "^$part")
if [ -z "$files" ]; then
  echo "lint: no source lies below '$part'" >&2
  exit 2
fi
(cd "$root" && echo "$files" | xargs clang-format --dry-run -Werror) || failed=1

if ! grep -q "\"file\": \"$root/$part" "$build/compile_commands.json"; then
  echo "lint: $build builds no source below '$part'" >&2
  exit 2
fi
# Only sources of this tree, not what a build generates or fetches.
run-clang-tidy-19 -clang-tidy-binary "$(command -v clang-tidy-19)" -quiet -j "${LINT_JOBS:-2}" -p "$build" \
  "^$root/$part.*\.cc\$" >"$build/lint.txt" 2>"$build/lint.log" || failed=1
grep -E '(warning|error): ' "$build/lint.txt" | sort -u
if [ "$failed" -eq 0 ]; then
  echo "lint: clean"
else
  echo "lint: see above; all of it in $build/lint.txt" >&2
fi
exit "$failed"
