#!/usr/bin/env bash
# Starts a Kubernetes cluster on this machine: each node is a host of its own, with kubelet, containerd and kube-proxy, over three zones.
#
#   up.sh RUN_DIR [NODES]      9 nodes by default; writes RUN_DIR/kubeconfig, and ends when all nodes are Ready
#
#   ZONES             eu-west-1a,eu-west-1b,eu-west-1c: nodes take them in turn
#   DEDICATED_NODES   0: as many, from node-1 on, get the label and the taint dedicated=redis
#   NODE_LABELS       labels of all nodes: a=b,c=d
#
# Runs as root. build.sh makes the programs. A start that fails or is interrupted is taken down again.
# shellcheck disable=SC2154 # the parts set what is used
set -euo pipefail
for part in settings programs processes kernel-settings network credentials control-plane node-files nodes; do
  # shellcheck source=/dev/null
  . "$(dirname "${BASH_SOURCE[0]}")/cluster/$part.sh"
done

ZONES=${ZONES:-eu-west-1a,eu-west-1b,eu-west-1c}
DEDICATED_NODES=${DEDICATED_NODES:-0}
NODE_LABELS=${NODE_LABELS:-}
nodes=${2:-9}
[[ -n ${1:-} && $# -le 2 ]] || fail 'usage: up.sh RUN_DIR [NODES]'
{ is_number "$nodes" && ((nodes <= maximum_nodes)); } || fail "NODES is $nodes: a number from 1 to $maximum_nodes is allowed"
[[ $DEDICATED_NODES == 0 ]] || { is_number "$DEDICATED_NODES" && ((DEDICATED_NODES <= nodes)); } ||
  fail "DEDICATED_NODES is $DEDICATED_NODES: a number from 0 to NODES, $nodes, is allowed"
[[ $ZONES =~ ^[a-z0-9.-]+([, ][a-z0-9.-]+)*$ ]] || fail "ZONES is $ZONES: names of zones with commas between them are allowed, such as eu-west-1a,eu-west-1b"
[[ -z $NODE_LABELS || $NODE_LABELS =~ ^[^=,\ ]+=[^=,\ ]*(,[^=,\ ]+=[^=,\ ]*)*$ ]] || fail "NODE_LABELS is $NODE_LABELS: labels with commas between them are allowed, such as a=b,c=d"

# A cluster without a process, as after a restart of the machine, holds nothing: its networks and files are removed.
remove_dead() {
  local held
  held=$(holder)
  [[ -n $held && $(id -u) == 0 ]] && ! any_alive "$held" || return 0
  echo "up.sh: all processes of the cluster of $held have ended, what is left of it is removed" >&2
  "$here/down.sh" "$held"
}

remove_dead
if [[ -d $1 ]]; then
  [[ -z $(ls -A "$1") ]] || fail "RUN_DIR is $1, which is not empty: take the cluster there down (down.sh $1), or name a new folder"
fi
run=$(realpath -m "$1")
# It is in files that have no quotes around it.
[[ $run =~ ^[A-Za-z0-9/._-]+$ ]] || fail "RUN_DIR is $run: letters, digits and /._- are allowed"
[[ $run != /run/* ]] || fail "RUN_DIR is $run, which nodes can't see because each has a /run of its own: name a folder elsewhere"
require_root
"$here/build.sh" --check

refuse_second() { fail "this machine has a cluster already, that of $(holder): take it down first (down.sh $(holder))"; }

# The file is written only if there is none: of two starts at a time, one is refused.
take_machine() { (set -o noclobber && echo "$run" >"$holder_file") 2>/dev/null || refuse_second; }

# Another cluster, such as one of other scripts, may have the addresses.
check_addresses() {
  local interface
  interface=$(ip -o -4 address | awk '$4 ~ /^10\.(250\.0|244\.|96\.)/ {print $2}' | head -n 1)
  [[ -z $interface ]] || fail "the interface $interface has an address of 10.250.0.0/24, 10.244.0.0/16 or 10.96.0.0/16: remove what it belongs to"
  ! ip link show "$bridge" >/dev/null 2>&1 || fail "the bridge $bridge exists, but no cluster of up.sh: remove it (ip link delete $bridge)"
}

# Holds the namespaces of a pod.
make_pause_image() {
  mkdir -p "$run/pause/bin"
  cp "$(command -v busybox)" "$run/pause/bin/sleep"
  ENTRYPOINT='["/bin/sleep","2147483647"]' "$here/image-from-root.sh" "$run/pause" "$pause_image" "$run/pause.tar" 2>/dev/null
}

take_down() {
  local status=$?
  trap - EXIT
  trap '' INT TERM HUP
  echo "up.sh: the cluster did not start, what was started is taken down" >&2
  "$here/down.sh" "$run" >&2 || true
  exit "$((status == 0 ? 1 : status))"
}

# wait_until_ready NODES: first until all have registered, because kubectl waits for no node that is not there yet.
wait_until_ready() {
  local names n deadline=$((SECONDS + 180))
  mapfile -t names < <(seq -f node/node-%g "$1")
  until "$bin/kubectl" get "${names[@]}" || ((SECONDS > deadline)); do sleep 0.5; done >/dev/null 2>&1
  if "$bin/kubectl" wait --for=condition=Ready "${names[@]}" --timeout=120s >/dev/null; then return; fi
  "$bin/kubectl" get nodes || true
  for n in $(seq "$1"); do end_of_log "kubelet-$n"; done
  fail "not all of $1 nodes are Ready in time"
} >&2

[[ -z $(holder) ]] || refuse_second
check_addresses
take_machine
trap take_down EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
(umask 077 && mkdir -p "$run")
chmod 700 "$run"
mkdir "$run/log" "$run/pids"
echo "$nodes" >"$run/nodes"
export KUBECONFIG=$run/kubeconfig

make_credentials "$nodes"
set_kernel_settings
make_bridge "$nodes"
make_private_folders
make_pause_image
start_control_plane
for n in $(seq "$nodes"); do
  write_node "$n"
  start_node "$n"
done
wait_until_ready "$nodes"
"$bin/kubectl" get nodes -L topology.kubernetes.io/zone,dedicated
trap - EXIT
