#!/usr/bin/env bash
# `npm run demo`: deploys the environment `local` on this machine and drives it with the exercise, whose exit code is
# the demo's. Arguments go to the exercise; only its output is on stdout (npm run --silent demo -- --json).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/cdktf-local.sh
. scripts/cdktf-local.sh

scripts/setup.sh >&2
status=0
cdktf_local deploy 'local-*' --auto-approve >&2 || status=$?
if [ "$status" -ne 0 ]; then
  if [ "$status" -eq 130 ]; then what='interrupted'; else what='the deployment failed, its output is above'; fi
  echo "demo: $what. Run it again, or take down what is there: npm run demo:down" >&2
  exit "$status"
fi

ENVIRONMENT=local node dist/exercise.js "$@" || status=$?

addresses=$(node -p 'Object.entries(JSON.parse(fs.readFileSync(".local/addresses.json", "utf8"))).map(([what, url]) => `  ${what.padEnd(13)} ${url}`).join("\n")')
printf '\nRunning at:\n%s\nTake it down with: npm run demo:down\n' "$addresses" >&2
exit "$status"
