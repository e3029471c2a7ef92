#!/usr/bin/env bash
# Builds everything and runs every test, on a machine that may have nothing installed yet. Arguments are options of cmake.
# The last line counts the test programs: N passed, M failed, K skipped.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
status=0

bash packaging/build.sh all -DELBOROOM_TESTS=ON "$@"

# The formatter is not part of the set-up; where it is installed, the tree must be formatted.
if command -v clang-format-14 >/dev/null && command -v git >/dev/null && [ -e .git ]; then
  git -c safe.directory="$root" ls-files -z '*.cpp' '*.h' |
    xargs -0 --no-run-if-empty clang-format-14 --dry-run -Werror || status=1
fi

if [ -z "${ELBOROOM_DATA_DIR:-}" ] && [ -d ../shared/data ]; then
  ELBOROOM_DATA_DIR=$(cd ../shared/data && pwd)
  export ELBOROOM_DATA_DIR
fi
# Tests must not find, nor change, the settings of the person who runs them.
private=$(mktemp -d)
trap 'rm -rf "$private"' EXIT
export XDG_CONFIG_HOME=$private/config XDG_STATE_HOME=$private/state XDG_CACHE_HOME=$private/cache

# Each test says in its own environment whether it draws offscreen or on the screen in memory that xvfb-run provides.
results=$private/ctest.xml
xvfb-run -a -s "-screen 0 1920x1080x24" \
  ctest --preset default --parallel "$(nproc)" --output-junit "$results" --test-output-truncation head || status=$?
[ -e "$results" ] || : >"$results"

# Counted from ctest's own record. A QtTest program that skipped all its functions (its set-up and clean-up always count as
# passed) is skipped; whatever neither ran nor was skipped on purpose, such as a missing program, has failed.
read -r passed failed skipped < <(awk '
  /^[[:space:]]*<testcase / { ran = /status="run"/; idle = 0; skip = /status="disabled"/ }
  /<skipped message="SKIP_/ { skip = 1 }
  /Totals: [0-2] passed, 0 failed, [1-9][0-9]* skipped/ { idle = ran }
  /^[[:space:]]*<\/testcase>/ { if (skip || idle) skipped++; else if (ran) passed++; else failed++ }
  END { print passed + 0, failed + 0, skipped + 0 }
' "$results")
if [ "$((passed + failed + skipped))" -eq 0 ]; then
  echo "No test was run." >&2
  status=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
