#!/usr/bin/env bash
# Kills training, a sweep and the window at random moments, and goes on with each: the result must be that of a run which
# nobody disturbed. Needs a build with tests (packaging/run-tests.sh, or packaging/build.sh all).
#   bash packaging/storm.sh KILLS [SEED]     so many of train and of the window, half as many of sweep
set -euo pipefail
case "${1:-}" in
  '' | *[!0-9]*) echo "usage: bash packaging/storm.sh KILLS [SEED]" >&2; exit 2 ;;
esac
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
bin=$root/build/default/tests/bin
export ELBOROOM_KILLS=$1 OMP_WAIT_POLICY=passive
export QTEST_FUNCTION_TIMEOUT=604800000  # ms: a week, since QtTest ends what takes five minutes
if [ $# -gt 1 ]; then export ELBOROOM_SEED=$2; fi

# What the tests write must not be the settings of the person who runs them.
private=$(mktemp -d)
trap 'rm -rf "$private"' EXIT
export XDG_CONFIG_HOME=$private/config XDG_STATE_HOME=$private/state XDG_CACHE_HOME=$private/cache

status=0
QT_QPA_PLATFORM=offscreen "$bin/tst_kill_storm" || status=$?
QT_QPA_PLATFORM=xcb xvfb-run -a -s "-screen 0 1920x1080x24" "$bin/tst_window_storm" || status=$?
exit "$status"
