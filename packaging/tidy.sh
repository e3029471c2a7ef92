#!/usr/bin/env bash
# Runs clang-tidy over the project's sources (or the files and folders given as arguments) and fails on any finding in
# them.
#
# Findings are filtered by path: the headers of LibTorch 1.13 with libstdc++ 12 are not valid C++20 to clang 14, which says
# so in every file that includes them and then goes on to check ours.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v clang-tidy >/dev/null || { echo "clang-tidy is missing: bash packaging/setup.sh --tidy" >&2; exit 2; }
[ -f build/tidy/compile_commands.json ] || cmake --preset tidy >/dev/null

if [ $# -eq 0 ]; then
    set -- app widgets training models
fi
files=()
for place in "$@"; do
    [ -e "$place" ] || { echo "clang-tidy: there is no $place" >&2; exit 2; }
    if [ -d "$place" ]; then
        mapfile -t -O "${#files[@]}" files < <(git ls-files "$place/*.cpp")
    else
        files+=("$place")
    fi
done

root=$(pwd)
findings=$(printf '%s\n' "${files[@]}" |
    xargs -P "$(nproc)" -n 1 clang-tidy -p build/tidy --quiet 2>/dev/null |
    grep -E "^$root/(app|widgets|training|models|tests)/.*: (warning|error): " |
    grep -v 'clang-diagnostic-error' | sort -u || true)
if [ -n "$findings" ]; then
    printf '%s\n' "$findings"
    exit 1
fi
echo "clang-tidy: ${#files[@]} files, no findings"
