#!/usr/bin/env bash
# Runs Checkov with the given arguments, in the version of review/checkov-requirements.txt. It is installed on the first
# use, into a folder of this user's cache that is named by the requirements.
set -euo pipefail

requirements=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/review/checkov-requirements.txt
cache=${XDG_CACHE_HOME:-$HOME/.cache}/redis-platform
environment=$cache/checkov-$(cksum <"$requirements" | cut -d ' ' -f 1)

fail() {
  printf 'checkov.sh: %s\n' "$*" >&2
  exit 1
}

install() {
  # A folder of its own for each installation, so that two at once don't spoil each other's; one of them is kept.
  local mine=$environment.$$
  trap 'rm -rf "$mine"' EXIT
  mkdir -p "$cache"
  python3 -m venv "$mine" >&2 || fail 'python3 could not make a virtual environment: run scripts/setup.sh'
  "$mine/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$requirements" >&2 ||
    fail "pip could not install $requirements: its output is above"
  ln -sfn "${mine##*/}" "$environment"
  trap - EXIT
}

[ -x "$environment/bin/python" ] || install
# By the interpreter: the scripts of a virtual environment name its first path. Nothing is sent to anybody.
LOG_LEVEL=WARNING exec "$environment/bin/python" -m checkov.main "$@"
