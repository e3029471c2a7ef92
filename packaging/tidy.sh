#!/usr/bin/env bash
# Runs clang-tidy over the project's sources (or those given as arguments) and fails on any finding in them.
#
# Findings are filtered by path: the headers of LibTorch 1.13 with libstdc++ 12 are not valid C++20 to clang 14, which says
# so in every file that includes them and then goes on to check ours.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v clang-tidy >/dev/null || { echo "clang-tidy is missing: bash packaging/setup.sh --tidy" >&2; exit 2; }
[ -f build/tidy/compile_commands.json ] || cmake --preset tidy >/dev/null

if [ $# -gt 0 ]; then
    files=("$@")
else
    mapfile -t files < <(git ls-files 'app/*.cpp' 'widgets/*.cpp' 'training/*.cpp' 'models/*.cpp')
fi

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
