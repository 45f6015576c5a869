#!/usr/bin/env bash
# Breaks and repairs nodes of the cluster that up.sh started in RUN_DIR. An order that is fulfilled already changes nothing.
#
#   faults.sh RUN_DIR cut-off NODE|ZONE     its network is gone, but its pods go on
#   faults.sh RUN_DIR rejoin NODE|ZONE
#   faults.sh RUN_DIR lose NODE|ZONE        as if its power was cut: kubelet, containerd and all pods end at once
#   faults.sh RUN_DIR return NODE|ZONE      with power again, and what is on its disk; ends when it is Ready
#   faults.sh RUN_DIR status                one line a node: up, cut-off or lost
#
# NODE is a name or a number (node-2, 2), ZONE one of up.sh's ZONES: then all nodes of the zone are meant, at the same time.
# shellcheck disable=SC2154 # the parts set what is used
set -euo pipefail
for part in settings processes network nodes; do
  # shellcheck source=/dev/null
  . "$(dirname "${BASH_SOURCE[0]}")/cluster/$part.sh"
done

usage='usage: faults.sh RUN_DIR cut-off|rejoin|lose|return NODE|ZONE, or faults.sh RUN_DIR status'
[[ $# -ge 2 ]] || fail "$usage"
order=$2

# nodes_of NODE|ZONE: the numbers of the nodes that are meant.
nodes_of() {
  local n numbers=()
  for n in $(node_numbers); do
    if [[ $1 == "$n" || $1 == "node-$n" || $1 == "$(cat "$run/node-$n/zone")" ]]; then numbers+=("$n"); fi
  done
  ((${#numbers[@]} > 0)) || fail "$1 is neither a node nor a zone: node-1 to node-$(cat "$run/nodes") and $(cat "$run"/node-*/zone | sort -u | in_a_line) are allowed"
  printf '%s\n' "${numbers[@]}"
}
in_a_line() { paste -s -d ' ' -; }

is_connected() { ip link show "k8s-v$1" up 2>/dev/null | grep -q .; }

state_of() {
  if ! is_running "$1"; then
    echo lost
  elif is_connected "$1"; then
    echo up
  else
    echo cut-off
  fi
}

require_running() {
  local n
  for n in "${nodes[@]}"; do
    is_running "$n" || fail "node-$n is lost, and a lost node has no network to $order: return it first (faults.sh $run return $n)"
  done
}

kubectl() { "$bin/kubectl" --kubeconfig "$run/kubeconfig" "$@" 2>/dev/null; }

# is_ready NODE SINCE: the API server takes a lost node for Ready until it has missed it for 20 s, so only a report since then counts.
is_ready() {
  [[ $(kubectl -n kube-node-lease get lease "node-$1" -o 'jsonpath={.spec.renewTime}') > $2 ]] &&
    [[ $(kubectl get node "node-$1" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}') == True ]]
}

return_nodes() {
  local n since started=() deadline=$((SECONDS + 180))
  since=$(date -u +%Y-%m-%dT%H:%M:%S.%6NZ)
  for n in "$@"; do
    if is_running "$n"; then continue; fi
    start_node "$n"
    started+=("$n")
  done
  for n in "${started[@]}"; do
    until is_ready "$n" "$since"; do
      ((SECONDS < deadline)) || fail "node-$n is not Ready 3 minutes after its return: see $run/log/kubelet-$n.log"
      sleep 0.2
    done
  done
}

open_run "$1"
require_root
case $order in
  status) for n in $(node_numbers); do echo "node-$n $(cat "$run/node-$n/zone") $(state_of "$n")"; done ;;
  cut-off | rejoin | lose | return)
    [[ $# == 3 ]] || fail "$usage"
    mapfile -t nodes < <(nodes_of "$3")
    ((${#nodes[@]} > 0)) || exit 1
    ;;
  *) fail "unknown order $order: cut-off, rejoin, lose, return and status are allowed" ;;
esac
case $order in
  cut-off)
    require_running
    for n in "${nodes[@]}"; do ip link set "k8s-v$n" down; done
    ;;
  rejoin)
    require_running
    for n in "${nodes[@]}"; do ip link set "k8s-v$n" up; done
    ;;
  lose) lose_nodes "${nodes[@]}" || fail "not all of ${nodes[*]} could be ended: see $run/pids" ;;
  return) return_nodes "${nodes[@]}" ;;
esac
