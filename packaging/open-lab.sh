#!/usr/bin/env bash
# Builds the lab and opens it, on a machine that may have nothing installed yet. Arguments go to the program.
# Without a display it trains the built-in digits and writes their picture instead.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
lab=$root/build/default/bin/elboroom

bash "$root/packaging/build.sh" elboroom

if [ -n "${DISPLAY:-}" ] || [ -n "${WAYLAND_DISPLAY:-}" ]; then
  exec "$lab" "$@"
fi

echo "There is no display: training the built-in experiment digits without a window."
export QT_QPA_PLATFORM=offscreen
"$lab" train digits --out lab-run --overwrite
"$lab" figure lab-run/checkpoint.safetensors --out lab-run/digits.png
echo "The picture is $PWD/lab-run/digits.png and the numbers are in $PWD/lab-run/summary.json."
