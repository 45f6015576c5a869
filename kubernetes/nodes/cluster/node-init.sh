#!/usr/bin/env bash
# First process of a node, in its own namespaces: sets up mounts and network, then keeps containerd, kubelet and kube-proxy running.
#
#   node-init.sh RUN_DIR NODE      started by nodes.sh, as process 1
# shellcheck source-path=SCRIPTDIR
set -euo pipefail
# shellcheck source=settings.sh
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
run=$1 n=$2
folder=$run/node-$n

# What programs of a node write outside its folder lands in its folder or, like /run of a machine, in memory.
set_up_mounts() {
  mount -t tmpfs -o mode=755 run /run
  mount --bind "$folder/var-lib-kubelet" /var/lib/kubelet
  mount --bind "$folder/var-lib-cni" /var/lib/cni
  mount --bind "$folder/var-log-pods" /var/log/pods
  mount --bind "$folder/var-log-containers" /var/log/containers
  # Volumes may ask for mounts that reach into the node, or from there into pods.
  mount --make-rshared /
}

set_up_network() {
  until ip link show eth0 >/dev/null 2>&1; do sleep 0.05; done
  ip link set lo up
  ip address add "$(node_address "$n")/24" dev eth0
  ip link set eth0 up
  ip route add default via "$host"
  echo 1 >/proc/sys/net/ipv4/ip_forward
}

# keep NAME COMMAND…: starts it again whenever it ends.
keep() {
  local name=$1
  shift
  while :; do
    "$@" >>"$run/log/$name-$n.log" 2>&1 </dev/null || true
    sleep 1
  done &
}

load_pause_image() {
  local ctr=(ctr -a "$folder/containerd.sock" -n k8s.io)
  # In memory, so not that of an earlier start.
  until [[ -S /run/containerd/containerd.sock.ttrpc ]]; do sleep 0.1; done
  until "${ctr[@]}" version >/dev/null 2>&1; do sleep 0.1; done
  [[ -n $("${ctr[@]}" images ls -q "name==$pause_image") ]] || "${ctr[@]}" images import "$run/pause.tar" >/dev/null
}

hostname "node-$n"
set_up_mounts
set_up_network
keep containerd containerd -c "$folder/containerd.toml"
load_pause_image
keep kubelet "$bin/kubelet" --config "$folder/kubelet.yaml" --kubeconfig "$run/access/node-$n" --hostname-override "node-$n" \
  --cert-dir "$folder/pki" --node-ip "$(node_address "$n")" --node-labels "$(cat "$folder/labels")" \
  --containerd "$folder/containerd.sock" --housekeeping-interval 15s
keep proxy "$bin/kube-proxy" --kubeconfig "$run/access/proxy" --hostname-override "node-$n" --cluster-cidr 10.244.0.0/16 --proxy-mode iptables \
  --conntrack-max-per-core 0 --healthz-bind-address 127.0.0.1:10256 --metrics-bind-address 127.0.0.1:10249
wait
