#!/usr/bin/env bash
# Gives an image to nodes; there is no registry. Pods name it with `imagePullPolicy: Never` or `IfNotPresent`.
#
#   load-image.sh RUN_DIR ARCHIVE.tar [NODE…]      an OCI or Docker archive; to all nodes unless numbers of nodes are given
# shellcheck source-path=SCRIPTDIR
set -euo pipefail
# shellcheck source=cluster/settings.sh
. "$(dirname "${BASH_SOURCE[0]}")/cluster/settings.sh"

[[ $# -ge 2 ]] || fail 'usage: load-image.sh RUN_DIR ARCHIVE.tar [NODE…]'
open_run "$1"
archive=$2
[[ -r $archive ]] || fail "ARCHIVE is $archive, and there is no such file: image-from-root.sh makes one"
shift 2
mapfile -t nodes < <(if (($# > 0)); then printf '%s\n' "$@"; else node_numbers; fi)
for n in "${nodes[@]}"; do
  [[ -S $run/node-$n/containerd.sock ]] || fail "NODE is $n, and there is no such node, or it was never started: numbers from 1 to $(cat "$run/nodes") are allowed"
done
require_root

# Two at a time: more would only compete for the processors.
# shellcheck disable=SC2016 # expanded by the inner shell
printf '%s\n' "${nodes[@]}" | xargs -P 2 -I '{}' ctr -a "$run/node-{}/containerd.sock" -n k8s.io images import "$archive" >/dev/null ||
  fail "$archive could not be loaded into all of the nodes ${nodes[*]}: the output of ctr is above"
echo "load-image.sh: $archive is on ${#nodes[@]} nodes" >&2
