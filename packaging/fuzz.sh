#!/usr/bin/env bash
# Runs the fuzz targets under libFuzzer, as many at a time as there are cores, and fails when one of them crashed.
#   bash packaging/fuzz.sh MINUTES [READER]...   MINUTES of each, such as 0.5; without READER all of tests/fuzz
# What was found is kept in build/fuzz/corpus, inputs that crash a reader in build/fuzz/crashes. To see one again:
#   build/fuzz/bin/fuzz_READER build/fuzz/crashes/READER-crash-...
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

usage() { sed -n '2,3s/^# *//p' "$0" >&2; exit 2; }
[ $# -ge 1 ] || usage
seconds=$(awk -v minutes="$1" 'BEGIN { s = int(minutes * 60 + 0.5); if (s < 1) exit 1; print s }') || usage
shift
command -v clang++ >/dev/null || { echo "clang++ is missing: bash packaging/setup.sh --fuzz" >&2; exit 2; }

readers=("$@")
if [ $# -eq 0 ]; then
  mapfile -t readers < <(ls tests/fuzz/fuzz_*.cpp | sed 's|.*/fuzz_||; s|\.cpp$||')
fi
for reader in "${readers[@]}"; do
  [ -f "tests/fuzz/fuzz_$reader.cpp" ] || { echo "There is no tests/fuzz/fuzz_$reader.cpp." >&2; exit 2; }
done

out=$root/build/fuzz
export UBSAN_OPTIONS=print_stacktrace=1
mkdir -p "$out/crashes" "$out/logs"
{
  cmake --preset fuzz
  cmake --build --preset fuzz --target "${readers[@]/#/fuzz_}"
} >"$out/logs/build.log" 2>&1 || { tail -n 40 "$out/logs/build.log" >&2; exit 2; }

# One reader for its time. libFuzzer ends at a crash: then it begins again for the rest, a few times at most.
run_reader() {
  local reader=$1 log=$out/logs/$1.log corpus=$out/corpus/$1 made=$out/seeds/$1 stored=$root/tests/fuzz/corpus/$1
  local start=$SECONDS rest=$seconds failures=0 before after
  local bin=$out/bin/fuzz_$reader
  mkdir -p "$corpus" "$made"
  : >"$log"
  before=$(find "$out/crashes" -name "$reader-*" | wc -l)
  if ! "$bin" --write-seeds="$made" >>"$log" 2>&1; then
    echo "$reader: the seeds cannot be written, see $log"
    return 1
  fi
  local folders=("$corpus" "$made")
  [ ! -d "$stored" ] || folders+=("$stored")
  while [ "$rest" -gt 0 ] && [ "$failures" -lt 10 ]; do
    if "$bin" -max_total_time="$rest" -timeout=60 -rss_limit_mb=4096 -max_len=65536 -print_final_stats=1 \
      -artifact_prefix="$out/crashes/$reader-" "${folders[@]}" >>"$log" 2>&1; then
      break
    fi
    failures=$((failures + 1))
    rest=$((seconds - (SECONDS - start)))
  done
  after=$(find "$out/crashes" -name "$reader-*" | wc -l)
  awk -v reader="$reader" -v crashes="$((after - before))" -v failures="$failures" -v seconds="$((SECONDS - start))" '
    /^stat::number_of_executed_units:/ { executions += $2 }
    END { printf "%-12s %10d executions  %3d crashes  %5d s%s\n", reader, executions, crashes, seconds,
                 failures > crashes ? "  (ended early " failures " times)" : "" }' "$log"
  [ "$failures" -eq 0 ]
}

status=0
running=0
for reader in "${readers[@]}"; do
  if [ "$running" -ge "$(nproc)" ]; then
    wait -n || status=1
    running=$((running - 1))
  fi
  run_reader "$reader" &
  running=$((running + 1))
done
while [ "$running" -gt 0 ]; do
  wait -n || status=1
  running=$((running - 1))
done
[ "$status" -eq 0 ] || echo "Inputs that crashed are in $out/crashes, what was said about them in $out/logs." >&2
exit "$status"
