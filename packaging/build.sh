#!/usr/bin/env bash
# Installs what is missing, configures the default preset and builds one target in build/default.
#   bash packaging/build.sh TARGET [cmake option]...
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target=$1
shift

bash "$root/packaging/setup.sh"
cd "$root"
cmake --preset default "$@"

# A file that reads LibTorch's headers takes more than a gigabyte to compile: many cores with little memory would swap.
jobs=$(nproc)
fitting=$(awk '/^MemAvailable:/ { print int($2 / 1500000) }' /proc/meminfo 2>/dev/null || true)
if [ -n "$fitting" ] && [ "$fitting" -lt "$jobs" ]; then
  jobs=$((fitting > 1 ? fitting : 1))
fi
cmake --build --preset default --parallel "$jobs" --target "$target"
