# shellcheck shell=bash disable=SC2154 # sourced: others set what it uses
# The configuration of a node's programs. A node's disk is $run/node-N, and outlives a loss of the node.

# zone_of NODE: nodes take the zones of ZONES in turn.
zone_of() {
  local names
  read -ra names <<<"${ZONES//,/ }"
  echo "${names[$((($1 - 1) % ${#names[@]}))]}"
}

# Nodes up to DEDICATED_NODES are for Redis: the label and the taint of constructs/kubernetes/redis-nodes.ts.
is_dedicated() { (($1 <= DEDICATED_NODES)); }

labels_of() {
  local zone
  zone=$(zone_of "$1")
  # The region of a zone such as eu-west-1a.
  printf 'topology.kubernetes.io/zone=%s,topology.kubernetes.io/region=%s' "$zone" "${zone%[a-z]}"
  if is_dedicated "$1"; then printf ',dedicated=redis'; fi
  printf '%s\n' "${NODE_LABELS:+,$NODE_LABELS}"
}

write_network_configuration() {
  cat >"$2/network/10-pods.conflist" <<J
{"cniVersion": "0.4.0", "name": "pods", "plugins": [
  {"type": "bridge", "bridge": "pods", "isGateway": true, "ipMasq": false, "hairpinMode": true,
   "ipam": {"type": "host-local", "dataDir": "/var/lib/cni/addresses", "ranges": [[{"subnet": "$(pod_network "$1")"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
J
}

# Where a sandbox has no right to lower a process' score for the OOM killer, containers get the score that is allowed.
write_containerd_configuration() {
  cat >"$1/containerd.toml" <<T
version = 2
root = "$1/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs", "io.containerd.tracing.processor.v1.otlp", "io.containerd.internal.v1.tracing"]
[grpc]
  address = "$1/containerd.sock"
[ttrpc]
  address = "/run/containerd/containerd.sock.ttrpc"
[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
  sandbox_image = "$pause_image"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "$bin/cni"
    conf_dir = "$1/network"
T
}

# Images are never collected as garbage: they can't be pulled again. A lease that is renewed every 5 s keeps a node Ready on a busy machine.
write_kubelet_configuration() {
  local taints='[]'
  if is_dedicated "$1"; then taints='[{key: dedicated, value: redis, effect: NoSchedule}]'; fi
  cat >"$2/kubelet.yaml" <<Y
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: cgroupfs
cgroupRoot: /$(cgroup_of "$1")
failCgroupV1: false
failSwapOn: false
containerRuntimeEndpoint: unix://$2/containerd.sock
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: "$run/certs/cluster.crt"}}
authorization: {mode: Webhook}
clusterDNS: ["$host"]
clusterDomain: cluster.local
resolvConf: ""
registerWithTaints: $taints
nodeLeaseDurationSeconds: 20
nodeStatusUpdateFrequency: 10s
nodeStatusReportFrequency: 1m
evictionHard: {nodefs.available: "1%", imagefs.available: "1%", memory.available: 100Mi}
imageGCHighThresholdPercent: 100
volumePluginDir: /var/lib/kubelet/volume-plugins
Y
}

# write_node NODE: its folder and all files in it.
write_node() {
  local folder=$run/node-$1
  mkdir -p "$folder/network" "$folder/var-lib-kubelet" "$folder/var-lib-cni" "$folder/var-log-pods" "$folder/var-log-containers"
  labels_of "$1" >"$folder/labels"
  zone_of "$1" >"$folder/zone"
  write_network_configuration "$1" "$folder"
  write_containerd_configuration "$folder"
  write_kubelet_configuration "$1" "$folder"
}
