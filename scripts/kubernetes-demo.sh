# shellcheck shell=bash disable=SC2034 # the scripts that source it use what it sets
# For sourcing: where the demo on Kubernetes keeps what it needs, and on which cluster it runs.

# Everything of the demo in this checkout: the cluster of its own, images, what was deployed.
readonly folder=$PWD/.kubernetes
readonly own_cluster=$folder/cluster images=$folder/images state=$folder/state environment_file=$folder/environment
# What kubernetes/nodes/build.sh made: kubectl and helm among it.
readonly programs=${KUBERNETES_CLUSTER_CACHE:-$HOME/.cache/kubernetes-cluster}/bin

say() { printf 'demo:kubernetes: %s\n' "$*" >&2; }
fail() {
  say "$@"
  exit 1
}

# deployed_environment: name of the environment that is deployed, or nothing.
deployed_environment() { cat "$environment_file" 2>/dev/null || true; }

# Kubeconfig of the cluster: the one of KUBECONFIG, else that of the demo's own.
kubeconfig() { printf '%s\n' "${KUBECONFIG:-$own_cluster/kubeconfig}"; }

# program COMMAND [ARGUMENT…]: the program that deploys.
program() {
  PATH=$PATH:$programs node --import tsx kubernetes/main.ts "$@" --kubeconfig "$(kubeconfig)" --state "$state"
}
