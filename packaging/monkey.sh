#!/usr/bin/env bash
# Seeded clicks, drags, wheel, keys and menus in the real window on a screen in memory. Ends with the number of events, how
# late answers came, and memory, threads and descriptors. Needs a build with tests (packaging/run-tests.sh, or
# packaging/build.sh all). The same seed sends the same kinds of events; the events themselves stand in monkey.log.
#   bash packaging/monkey.sh MINUTES [SEED]   ELBOROOM_IDLE=1: on a machine with nothing else to do, answers within 1 s
set -euo pipefail
case "${1:-}" in
  '' | *[!0-9]*) echo "usage: bash packaging/monkey.sh MINUTES [SEED]" >&2; exit 2 ;;
esac
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export ELBOROOM_MONKEY_SECONDS=$((60 * $1)) ELBOROOM_MONKEY_LOG=${ELBOROOM_MONKEY_LOG:-$PWD/monkey.log}
export OMP_WAIT_POLICY=passive QT_QPA_PLATFORM=xcb
export QTEST_FUNCTION_TIMEOUT=604800000  # ms: a week, since QtTest ends what takes five minutes
if [ $# -gt 1 ]; then export ELBOROOM_SEED=$2; fi

# What the tests write must not be the settings of the person who runs them.
private=$(mktemp -d)
trap 'rm -rf "$private"' EXIT
export XDG_CONFIG_HOME=$private/config XDG_STATE_HOME=$private/state XDG_CACHE_HOME=$private/cache

xvfb-run -a -s "-screen 0 1920x1080x24" "$root/build/default/tests/bin/tst_monkey" -maxwarnings 100
