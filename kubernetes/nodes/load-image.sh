#!/usr/bin/env bash
# Gives an image to nodes; there is no registry. Pods name it with `imagePullPolicy: Never` or `IfNotPresent`.
#
#   load-image.sh RUN_DIR ARCHIVE.tar [NODE…]      an OCI or Docker archive; to all nodes unless numbers of nodes are given
# shellcheck disable=SC2154 # the parts set what is used
set -euo pipefail
for part in settings processes nodes images; do
  # shellcheck source=/dev/null
  . "$(dirname "${BASH_SOURCE[0]}")/cluster/$part.sh"
done

[[ $# -ge 2 ]] || fail 'usage: load-image.sh RUN_DIR ARCHIVE.tar [NODE…]'
open_run "$1"
archive=$2
[[ -r $archive ]] || fail "ARCHIVE is $archive, and there is no such file: image-from-root.sh makes one"
shift 2
nodes=("$@")
((${#nodes[@]} > 0)) || mapfile -t nodes < <(node_numbers)
for n in "${nodes[@]}"; do
  { is_number "$n" && ((n <= $(cat "$run/nodes"))); } || fail "NODE is $n, and there is no such node: numbers from 1 to $(cat "$run/nodes") are allowed"
  is_running "$n" || fail "node-$n is lost: return it first (faults.sh $run return $n), or name the nodes that are to get the image"
done
require_root

# share_with NAME NODE…: two nodes at a time, because more would only compete for the processors.
share_with() {
  local name=$1 n running=0 status=0
  shift
  for n in "$@"; do
    if ((running == 2)); then
      wait -n || status=1
      running=1
    fi
    share_image "$n" "$work/image" &
    running=$((running + 1))
  done
  while ((running-- > 0)); do wait -n || status=1; done
  [[ $status == 0 ]] || fail "$name could not be given to all of the nodes $*: the output of ctr is above"
}

# One load at a time in a cluster: two of one image would make the same snapshots.
exec 9>"$run/load.lock"
flock 9
work=$(mktemp -d "$run/load.XXXXXX")
trap 'rm -rf "$work"' EXIT
import "${nodes[0]}" "$archive" >"$work/list" || fail "$archive could not be loaded into node-${nodes[0]}: the output of ctr is above"
[[ -s $work/list ]] || fail "ARCHIVE is $archive, and no image with a name is in it"
while read -r name digest; do
  describe_image "${nodes[0]}" "$name" "$digest" "$work/image"
  share_with "$name" "${nodes[@]:1}"
  rm -rf "$work"/image*
  echo "load-image.sh: $name is on ${#nodes[@]} nodes" >&2
done <"$work/list"
