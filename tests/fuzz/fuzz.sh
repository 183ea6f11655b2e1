#!/usr/bin/env bash
# Runs the fuzz programs (build/fuzz, libFuzzer with AddressSanitizer and UndefinedBehaviorSanitizer).
#
#   tests/fuzz/fuzz.sh run SECONDS [TARGET…]   on copies of the kept corpus below build/fuzz/corpus; git sees nothing
#                                              of it. An input that fails lies in build/fuzz/found afterwards.
#   tests/fuzz/fuzz.sh keep [TARGET…]          what the runs found, made small, becomes the corpus in git; inputs named
#                                              found-* stay as they are.
#
# The last line of "run" says how many targets passed and failed; the exit code is 0 only if none failed.
set -uo pipefail
cd "$(dirname "$0")/../.."
programs=build/fuzz/tests/fuzz corpus=build/fuzz/corpus found=build/fuzz/found kept=tests/fuzz/corpus
# Else undefined behaviour is printed and passed over.
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
most_files=150 most_bytes=300000

usage() { sed -n '4,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }

# run_target NAME SECONDS
run_target() {
  local name=$1 program=$programs/$1_fuzz log=$corpus/$1.log
  [ -x "$program" ] || { echo "fuzz: $program is missing: cmake --build --preset fuzz" >&2; return 1; }
  mkdir -p "$corpus/$name" "$found"
  [ -d "$kept/$name" ] && cp "$kept/$name"/* "$corpus/$name"
  FENGHUO_FUZZ_SEEDS=$corpus "$program" -runs=0 >"$log" 2>&1 || { tail -n 30 "$log" >&2; return 1; }
  "$program" -max_total_time="$2" -timeout=25 -rss_limit_mb=2048 -dict="$corpus/$name.dict" -artifact_prefix="$found/$name-" \
    -print_final_stats=1 -verbosity=1 "$corpus/$name" >"$log" 2>&1
  local code=$? runs
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  if [ "$code" -ne 0 ] || [ "${runs:-0}" -eq 0 ]; then
    tail -n 60 "$log" >&2
    return 1
  fi
  echo "counted: $name: $runs inputs, $(sed -n 's/^stat::average_exec_per_sec: *//p' "$log") a second, $(grep -oE 'cov: [0-9]+' "$log" | tail -n 1)" >&2
}

# keep_target NAME: the fewest inputs that reach what the seeds do not; those that reach most come first.
keep_target() {
  local name=$1 program=$programs/$1_fuzz small=build/fuzz/small
  rm -rf "${small:?}/$name" && mkdir -p "$small/$name" "$kept/$name"
  { FENGHUO_FUZZ_SEEDS=$small "$program" -runs=0 &&
    "$program" -set_cover_merge=1 -use_counters=0 -timeout=25 "$small/$name" "$corpus/$name" "$kept/$name"
  } >"$corpus/$name.log" 2>&1 || { tail -n 30 "$corpus/$name.log" >&2; return 1; }
  find "$kept/$name" -type f ! -name 'found-*' -delete
  python3 - "$small/$name" "$kept/$name" "$most_files" "$most_bytes" <<'PY'
import pathlib, shutil, sys
small, kept, files, size = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
inputs = [p for p in small.iterdir() if p.stat().st_size and not p.name.startswith('seed-')]
inputs.sort(key=lambda p: (p.stat().st_mtime_ns, p.name))  # the order in which they were chosen
taken = total = 0
for path in inputs[:files]:
    if total + path.stat().st_size <= size:
        shutil.copyfile(path, kept / path.name)
        taken, total = taken + 1, total + path.stat().st_size
print(f'{kept}: {taken} of {len(inputs)} inputs, {total} bytes', file=sys.stderr)
PY
}

what=${1:-}
shift || usage
case $what in
  run) seconds=${1:-}; shift || usage; [[ $seconds =~ ^[1-9][0-9]*$ ]] || usage ;;
  keep) ;;
  *) usage ;;
esac
targets=("$@")
[ ${#targets[@]} -eq 0 ] && targets=(command csv event gateway json region request xlsx)
passed=0 failed=0
for target in "${targets[@]}"; do
  if [ "$what" = run ]; then run_target "$target" "$seconds"; else keep_target "$target"; fi &&
    passed=$((passed + 1)) || { echo "FAILED: fuzz $target" >&2; failed=$((failed + 1)); }
done
[ "$what" = run ] && printf '%d passed, %d failed, 0 skipped\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
