#!/usr/bin/env bash
# `npm run demo:compose`: runs a compose file of deploy/compose and drives it with the exercise, whose exit code is the demo's.
# Only the exercise's output is on stdout.
#
#   scripts/demo-compose.sh [single-node|master-replica]
#
# Docker is the one that this user reaches; elsewhere, as root on Debian, one is started that has everything of its own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
here=$PWD/kubernetes/images
# shellcheck source=kubernetes/images/settings.sh
. "$here/settings.sh"
# shellcheck source=kubernetes/images/base-images.sh
. "$here/base-images.sh"
# shellcheck source=kubernetes/images/docker-at-hand.sh
. "$here/docker-at-hand.sh"
# shellcheck source=kubernetes/images/application-image.sh
. "$here/application-image.sh"

readonly topologies='single-node master-replica'
readonly topology=${1:-single-node}
readonly run=$images_cache/compose
readonly wait_seconds=300

check_arguments() {
  [ $# -le 1 ] || fail "one topology at a time, of: $topologies"
  case " $topologies " in
    *" $topology "*) ;;
    *) fail "there is no topology $topology: it is one of $topologies" ;;
  esac
}

compose() { docker compose "${files[@]}" "$@"; }

# What the service that is built here needs besides: stand-ins for the images that the Dockerfile names, and the network for npm.
write_override() {
  local argument
  printf 'services:\n  migration:\n    build:\n      context: %s\n      network: host\n      args:\n' "$1"
  while read -r argument; do printf '        %s: %s\n' "${argument%%=*}" "${argument#*=}"; done < <(build_arguments "$PWD")
}

# Both topologies have the same ports of this machine.
check_others() {
  local other
  for other in $topologies; do
    if [ "$other" != "$topology" ] && [ -n "$(docker ps --quiet --filter "label=com.docker.compose.project=redis-platform-$other")" ]; then
      fail "$other runs, and $topology has the same ports: take it down with npm run demo:compose:down"
    fi
  done
}

# up: a daemon that is started here forwards nothing, and warns that nothing works without; containers of one network do.
up() {
  local warning='IPv4 forwarding is disabled'
  if [ -e "$run/environment" ]; then
    compose up --build --wait --wait-timeout "$wait_seconds" 2>&1 | grep -v --line-buffered "$warning" >&2
  else
    compose up --build --wait --wait-timeout "$wait_seconds" >&2
  fi
}

# Under the names that the compose file has, so that it stays as it is.
use_stand_ins() {
  local name
  for name in preparation valkey postgres; do import_root "$name" "$(official_image "$name")"; done
  import_node_images
  make_authority "$work/authority.crt" "$work/authority.key"
  make_context "$PWD" "$work/context" "$work/authority.crt"
  write_override "$work/context" >"$work/override.yaml"
  files+=(--file "$work/override.yaml")
}

main() {
  local status=0 files=(--file "deploy/compose/$topology.yaml")
  check_arguments "$@"
  take_lock compose
  work=$(mktemp -d)
  trap 'rm -rf "$work"; release_lock' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  use_docker "$run"
  check_others
  choose_images
  # shellcheck disable=SC2154 # set by choose_images
  [ "$images_are" = pulled ] || use_stand_ins
  up || status=$?
  if [ "$status" -ne 0 ]; then
    compose ps --all >&2 || true
    compose logs --no-color --tail 20 >&2 || true
    say "the platform did not become ready: its state and the end of its logs are above. Take it down with: npm run demo:compose:down"
    exit "$status"
  fi
  compose run --rm --no-TTY exercise || status=$?
  printf '\nThe OpenAPI page is at http://127.0.0.1:8080/docs\nTake it down with: npm run demo:compose:down\n' >&2
  exit "$status"
}

main "$@"
