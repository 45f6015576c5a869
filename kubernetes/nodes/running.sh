#!/usr/bin/env bash
# Whether a process of the cluster that up.sh started in RUN_DIR is there: the exit code is 1 if there is none.
#
#   running.sh RUN_DIR
set -euo pipefail
for part in settings processes; do
  # shellcheck source=/dev/null
  . "$(dirname "${BASH_SOURCE[0]}")/cluster/$part.sh"
done

[[ -n ${1:-} && $# == 1 ]] || fail 'usage: running.sh RUN_DIR'
any_alive "$(realpath -m "$1")"
