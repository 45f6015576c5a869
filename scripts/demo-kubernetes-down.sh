#!/usr/bin/env bash
# `npm run demo:kubernetes:down`: removes what the demo deployed. A cluster that the demo started ends with it; from the one of
# KUBECONFIG only what was deployed is removed. Images stay for the next time: rm -r .kubernetes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/kubernetes-demo.sh
. scripts/kubernetes-demo.sh

environment=$(deployed_environment)
if [ -d "$own_cluster" ] && [ -z "${KUBECONFIG:-}" ]; then
  kubernetes/nodes/down.sh "$own_cluster"
elif [ -n "$environment" ]; then
  [ -n "${KUBECONFIG:-}" ] || fail "the environment $environment was deployed to a cluster of yours: set KUBECONFIG as it was then"
  program destroy "$environment"
else
  echo 'Nothing is deployed.'
fi
rm -rf "$state" "$environment_file"
