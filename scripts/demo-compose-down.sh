#!/usr/bin/env bash
# `npm run demo:compose:down`: removes what `npm run demo:compose` made: containers, volumes, networks, what was built or stood in for an
# image, and the Docker daemon if it started one. Images that were pulled stay.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
here=$PWD/kubernetes/images
# shellcheck source=kubernetes/images/settings.sh
. "$here/settings.sh"
# shellcheck source=kubernetes/images/base-images.sh
. "$here/base-images.sh"
# shellcheck source=kubernetes/images/docker-at-hand.sh
. "$here/docker-at-hand.sh"
readonly run=$images_cache/compose

[ $# -eq 0 ] || fail "it takes no arguments, but got: $*"
if use_running_docker "$run"; then
  for topology in single-node master-replica; do
    docker compose --file "deploy/compose/$topology.yaml" --profile exercise down --volumes --remove-orphans
  done
  docker image rm --force redis-platform/application:laptop >/dev/null 2>&1 || true
  remove_stand_ins
else
  say 'no Docker daemon runs'
fi
[ ! -e "$run" ] || "$here/docker-daemon.sh" stop "$run"
