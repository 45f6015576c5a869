#!/usr/bin/env bash
# `npm run demo:kubernetes [-- ENVIRONMENT]`: deploys an environment on a Kubernetes cluster and runs the exercise, whose exit
# code is the demo's. ENVIRONMENT is kubernetes unless named; staging and development as well.
#
#   KUBECONFIG   the cluster; without it one is started on this machine, which needs root on Linux with apt, and Go
#   CHARTS       folder of charts, as 'helm pull --untar' writes them; without it Redis is made from the same values, and the
#                programs of Traefik and KEDA are not there
#   LOAD_IMAGES  with KUBECONFIG: command that gives an archive to the cluster's nodes, 'kind load image-archive', say
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/kubernetes-demo.sh
. scripts/kubernetes-demo.sh

readonly environment=${1:-kubernetes}
[ $# -le 1 ] || fail "one environment at a time, and there are $#: $*"

refuse_another() {
  local deployed
  deployed=$(deployed_environment)
  [ -z "$deployed" ] || [ "$deployed" = "$environment" ] ||
    fail "the environment $deployed is deployed: take it down first (npm run demo:kubernetes:down)"
}

# Says on one line everything that a cluster of its own needs and that is missing here.
require_machine() {
  local missing=''
  [ "$(uname -s)" = Linux ] || missing="$missing Linux"
  [ "$(id -u)" -eq 0 ] || missing="$missing root"
  command -v go >/dev/null || missing="$missing go"
  [ -z "$missing" ] || fail "without KUBECONFIG a cluster is started on this machine, which needs$missing: set KUBECONFIG to a cluster that exists, or add it"
}

# Images that were built for an environment with less lack those of one with more.
build_images() {
  local archive archives=application
  case " $image_options " in *' --monitoring '*) archives="$archives prometheus" ;; esac
  case " $image_options " in *' --cluster-services '*) archives="$archives traefik" ;; esac
  for archive in $archives; do
    if [ -s "$images/images.json" ] && [ -e "$images/$archive.tar" ]; then continue; fi
    # shellcheck disable=SC2086 # options, or none
    kubernetes/images/build.sh "$images" $image_options >&2
    return
  done
}

start_own_cluster() {
  require_machine
  kubernetes/nodes/build.sh >&2
  build_images
  ! kubernetes/nodes/running.sh "$own_cluster" || return 0
  # Volumes and names of what a cluster had that has ended without being taken down.
  rm -rf "$state"
  ZONES=$zones DEDICATED_NODES=$dedicated kubernetes/nodes/up.sh "$own_cluster" "$nodes" >&2
  for archive in "$images"/*.tar; do kubernetes/nodes/load-image.sh "$own_cluster" "$archive" >&2; done
}

use_given_cluster() {
  local archive
  [ -n "${LOAD_IMAGES:-}" ] || fail "KUBECONFIG is set, and LOAD_IMAGES is not: set it to the command that gives an archive to the nodes of that cluster, 'kind load image-archive' or 'k3d image import'"
  build_images
  # shellcheck disable=SC2086 # a command and its arguments
  for archive in "$images"/*.tar; do $LOAD_IMAGES "$archive" >&2; done
}

scripts/setup.sh >&2
mkdir -p "$folder"
refuse_another
# An unknown environment is refused before anything is started.
shape=$(node --import tsx kubernetes/cluster-shape.ts "$environment")
read -r zones nodes dedicated image_options <<<"$shape"
npm run --silent build
storage=host
if [ -n "${KUBECONFIG:-}" ]; then
  use_given_cluster
  storage=cluster
else
  start_own_cluster
fi
printf '%s\n' "$environment" >"$environment_file"
status=0
program deploy "$environment" --images "$images/images.json" --storage "$storage" || status=$?
[ "$status" -eq 0 ] || say "not everything passed. Run it again, or take down what exists: npm run demo:kubernetes:down"
printf '\nIn the cluster of KUBECONFIG=%s\nTake it down with: npm run demo:kubernetes:down\n' "$(kubeconfig)" >&2
exit "$status"
