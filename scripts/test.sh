#!/usr/bin/env bash
# Runs every check. Three lanes go side by side: the unit tests and then the integration tests, which have the processors
# first; the tests of alerts, which mostly wait for what happens to happen; and, with the lowest priority, types, lint and
# the rehearsals of whole environments, which use what the others leave. A failed step doesn't stop the others, so one run
# tells everything; the exit code is 1 if any failed. Arguments go to Jest.
# With TEST_REPORT_FOLDER set, Jest's results are written there as JSON, one file a project.
# shellcheck disable=SC2317 # functions are called by way of others
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

readonly report_folder=${TEST_REPORT_FOLDER:-}
summary=''
failed=0
lanes=()
results=$(mktemp -d)

# conclude NAME SECONDS STATUS: adds a line to the summary.
conclude() {
  local outcome=passed
  if [ "$3" -ne 0 ]; then
    outcome=FAILED
    failed=1
  fi
  summary="$summary$(printf '%-12s %-7s %4d s' "$1" "$outcome" "$2")"$'\n'
}

# jest_project PROJECT WORKERS ARGUMENTS…
jest_project() {
  local project=$1 workers=$2
  shift 2
  node_modules/.bin/jest --selectProjects "$project" --maxWorkers="$workers" \
    ${report_folder:+--json --outputFile="$report_folder/$project.json"} "$@"
}

# step NAME COMMAND…: runs it live.
step() {
  local name=$1 since=$SECONDS status=0
  shift
  printf '\n== %s\n' "$name"
  "$@" || status=$?
  conclude "$name" $((SECONDS - since)) "$status"
  return "$status"
}

# beside NAME COMMAND…: runs it for `collect`.
beside() {
  local name=$1 since=$SECONDS status=0
  shift
  "$@" >"$results/$name.output" 2>&1 || status=$?
  echo $((SECONDS - since)) "$status" >"$results/$name"
}

# lane COMMAND…: runs it in the background, in a process group of its own, which is ended as a whole with this script.
lane() {
  set -m
  "$@" </dev/null &
  lanes+=($!)
  set +m
}

# collect NAME: tells what became of a step of a lane.
collect() {
  local seconds=0 status=1
  printf '\n== %s\n' "$1"
  cat "$results/$1.output"
  read -r seconds status <"$results/$1"
  conclude "$1" "$seconds" "$status"
}

clean_up() {
  for lane in ${lanes[@]+"${lanes[@]}"}; do kill -TERM -- "-$lane" 2>/dev/null; done
  rm -rf "$results"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

built=yes
step build npm run --silent build || built=''

checks() {
  renice -n 19 -p "$BASHPID" >/dev/null
  beside typecheck npm run --silent typecheck
  beside lint npm run --silent lint
  [ -z "$built" ] || beside rehearsal jest_project rehearsal 2 "$@"
}

lane checks "$@"
[ -z "$built" ] || lane beside alerts jest_project alerts 1 "$@"

step unit jest_project unit 2 "$@"
[ -z "$built" ] || step integration jest_project integration 2 "$@"
# Alone, because nodes share the processors with everything else; it says so where a machine can't start them.
[ -z "$built" ] || step kubernetes jest_project kubernetes 1 "$@"

for lane in "${lanes[@]}"; do wait "$lane"; done
lanes=()
collect typecheck
collect lint
if [ -n "$built" ]; then
  collect rehearsal
  collect alerts
else
  summary="${summary}alerts, integration, kubernetes, rehearsal  not run: the build failed"$'\n'
fi

printf '\n%s' "$summary"
exit "$failed"
