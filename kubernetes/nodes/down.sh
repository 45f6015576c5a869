#!/usr/bin/env bash
# Ends the cluster that up.sh started in RUN_DIR, and removes all of it, RUN_DIR too. Works on one that started only in part.
#
#   down.sh RUN_DIR
# shellcheck disable=SC2154 # the parts set what is used
set -euo pipefail
for part in settings processes kernel-settings network nodes; do
  # shellcheck source=/dev/null
  . "$(dirname "${BASH_SOURCE[0]}")/cluster/$part.sh"
done

[[ -n ${1:-} && $# == 1 ]] || fail 'usage: down.sh RUN_DIR'
held=$(holder)
run=$(realpath -m "$1")
if [[ $held == "$run" ]]; then mkdir -p "$run/pids" "$run/log"; else open_run "$1"; fi
require_root

# names PATTERN: of the processes that have a file.
names() { find "$run/pids" -name "$1" -printf '%f\n'; }

mapfile -t nodes < <(names 'node-*' | sed 's/^node-//')
lose_nodes "${nodes[@]}" || fail "a node of $run does not end: look for its processes in /sys/fs/cgroup/*/k8s-node-*, end them, and run this again"
mapfile -t rest < <(names '*')
end "${rest[@]}" || fail "a process of $run does not end, not even by SIGKILL: see $run/pids, and run this again"
remove_bridge
restore_kernel_settings
remove_private_folders
# Not what is mounted there.
rm -rf --one-file-system "$run"
[[ $held != "$run" ]] || rm -f "$holder_file"
echo "down.sh: the cluster of $run is gone" >&2
