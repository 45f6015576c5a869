#!/usr/bin/env bash
# Runs every check: the bundles, types and lint side by side, the unit tests, the integration tests; and the tests of alerts
# beside all of these. A failed one doesn't stop the others, so one run tells everything; the exit code is 1 if any failed. Arguments go
# to Jest.
# With TEST_REPORT_FOLDER set, Jest's results are written there as JSON, one file a project.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

readonly report_folder=${TEST_REPORT_FOLDER:-}
summary=''
failed=0

# conclude NAME SINCE STATUS: adds a line to the summary. SINCE is the value of SECONDS at the start.
conclude() {
  local outcome=passed
  if [ "$3" -ne 0 ]; then
    outcome=FAILED
    failed=1
  fi
  summary="$summary$(printf '%-12s %-7s %4d s' "$1" "$outcome" $((SECONDS - $2)))"$'\n'
}

# shellcheck disable=SC2317 # called by way of `step`
jest_project() {
  local project=$1
  shift
  node_modules/.bin/jest --selectProjects "$project" --maxWorkers=2 \
    ${report_folder:+--json --outputFile="$report_folder/$project.json"} "$@"
}

# step NAME COMMAND…: runs it live.
step() {
  local name=$1 since=$SECONDS status=0
  shift
  printf '\n== %s\n' "$name"
  "$@" || status=$?
  conclude "$name" "$since" "$status"
  return "$status"
}

built=yes
step build npm run --silent build || built=''

# Those of alerts mostly wait, for what happens to happen, so that the others go on beside them.
alerts_output=$(mktemp)
lint_output=$(mktemp)
alerts=''
clean_up() {
  [ -z "$alerts" ] || kill "$alerts" 2>/dev/null
  rm -f "$lint_output" "$alerts_output"
}
trap clean_up EXIT
trap 'exit 130' INT
if [ -n "$built" ]; then
  alerts_since=$SECONDS
  jest_project alerts "$@" >"$alerts_output" 2>&1 &
  alerts=$!
fi

# Types and lint are one process each: together they fill two cores. Lint's output waits for the types'.
since=$SECONDS
npm run --silent lint >"$lint_output" 2>&1 &
lint=$!
step typecheck npm run --silent typecheck
printf '\n== lint\n'
status=0
wait "$lint" || status=$?
cat "$lint_output"
conclude lint "$since" "$status"

step unit jest_project unit "$@"
if [ -n "$alerts" ]; then
  step integration jest_project integration "$@"
  printf '\n== alerts\n'
  status=0
  wait "$alerts" || status=$?
  alerts=''
  cat "$alerts_output"
  conclude alerts "$alerts_since" "$status"
else
  summary="${summary}alerts, integration  not run: the build failed"$'\n'
fi

printf '\n%s' "$summary"
exit "$failed"
