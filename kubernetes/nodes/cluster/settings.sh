# shellcheck shell=bash disable=SC2034 # sourced: others use what it sets
# Names and addresses of the cluster, and where its programs are. One cluster runs on a machine at a time.

# A command that fails in $(…) ends the script too.
shopt -s inherit_errexit

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Folder of the built programs, which outlives clusters.
bin=${KUBERNETES_CLUSTER_CACHE:-${HOME:-/root}/.cache/kubernetes-cluster}/bin

# Node n is 10.250.0.(10+n) on the bridge, and its pods are in 10.244.n.0/24.
bridge=k8s-bridge
host=10.250.0.1
maximum_nodes=99
pause_image=docker.io/local/pause:1
# Names the run folder of the cluster that this machine has.
holder_file=/run/kubernetes-nodes.holder

node_address() { echo "10.250.0.$((10 + $1))"; }
pod_network() { echo "10.244.$1.0/24"; }
cgroup_of() { echo "k8s-node-$1"; }

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

is_number() { [[ $1 =~ ^[1-9][0-9]{0,3}$ ]]; }

require_root() { [[ $(id -u) == 0 ]] || fail "runs as root only, because it makes network namespaces and cgroups: sudo $0"; }

# The run folder of the cluster that this machine has, or nothing.
holder() { cat "$holder_file" 2>/dev/null || true; }

# open_run RUN_DIR: sets `run` to the folder of a cluster that up.sh made; fails if it is none.
open_run() {
  local held
  held=$(holder)
  [[ -d $1 ]] || fail "RUN_DIR is $1, and there is no such folder: name the one that up.sh was given${held:+, $held}"
  run=$(cd "$1" && pwd -P)
  [[ -e $run/nodes ]] || fail "RUN_DIR is $run, and no cluster is there: name the folder that up.sh was given${held:+, $held}"
}

# Numbers of the nodes of the open cluster.
node_numbers() { seq "$(cat "$run/nodes")"; }
