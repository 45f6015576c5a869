#!/usr/bin/env bash
# Builds the images of the platform for clusters that pull nothing, as archives that `ctr images import` takes.
#
#   build.sh OUT_FOLDER [--database-authority FILE] [--monitoring] [--cluster-services]
#
# Writes application.tar, redis.tar, postgres.tar, exporter.tar and images.json: name → {reference, version}; with --monitoring also
# prometheus.tar and alertmanager.tar, with --cluster-services traefik.tar, keda-operator.tar, keda-metrics.tar and keda-webhooks.tar.
# The application trusts databases of the authority in FILE, a certificate; without one an authority is made:
# database-authority.{crt,key} in OUT_FOLDER.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=settings.sh
. "$here/settings.sh"
# shellcheck source-path=SCRIPTDIR source=base-images.sh
. "$here/base-images.sh"
# shellcheck source-path=SCRIPTDIR source=docker-at-hand.sh
. "$here/docker-at-hand.sh"
# shellcheck source-path=SCRIPTDIR source=application-image.sh
. "$here/application-image.sh"
readonly checkout=${here%/kubernetes/images}
# Of a daemon, if one is started.
readonly run=$images_cache/build

usage() { fail "$1; usage: build.sh OUT_FOLDER [--database-authority FILE] [--monitoring] [--cluster-services]"; }

read_arguments() {
  out='' authority='' provided='redis postgres exporter'
  while [ $# -gt 0 ]; do
    case $1 in
      --database-authority)
        [ -n "${2:-}" ] || usage '--database-authority needs a file'
        [ -r "$2" ] || fail "--database-authority is $2, which can't be read"
        authority=$2
        shift
        ;;
      --monitoring) provided="$provided prometheus alertmanager" ;;
      --cluster-services) provided="$provided traefik keda-operator keda-metrics keda-webhooks" ;;
      -*) usage "there is no option $1" ;;
      *)
        [ -z "$out" ] || usage "$1 is a second folder"
        out=$1
        ;;
    esac
    shift
  done
  [ -n "$out" ] || usage 'no folder'
}

# version_of NAME IMAGE: what the program in it says, without the word before.
version_of() {
  local output container=(docker run --rm --network none)
  case $1 in
    redis) output=$("${container[@]}" --entrypoint redis-server "$2" --version) ;;
    postgres) output=$("${container[@]}" --entrypoint postgres "$2" --version) ;;
    exporter | prometheus | alertmanager) output=$("${container[@]}" "$2" --version 2>&1) ;;
    traefik) output=$("${container[@]}" "$2" version) ;;
    # Its programs say none without a cluster: the one that it was pulled or built by.
    keda-*) output=$(official_image "$1") ;;
    application) output=$(node --print "'v' + require('$checkout/package.json').version") ;;
  esac
  sed -n 's/^[^0-9]*\([0-9][0-9]*\.[0-9][0-9.]*\).*/\1/p' <<<"${output#*Exporter}" | head -n 1
}

# keep NAME IMAGE: under its version, as an archive.
keep() {
  local version reference
  version=$(version_of "$1" "$2")
  [ -n "$version" ] || fail "the program of the image $1 does not say its version"
  reference=$registry/$1:$version
  docker tag "$2" "$reference"
  docker save --output "$out/$1.tar" "$reference"
  say "$1 $version: $(docker image inspect --format '{{.Size}}' "$reference" | awk '{ printf "%.0f MB", $1 / 1e6 }') as $out/$1.tar"
  entries+=("$(printf '  "%s": {"reference": "%s", "version": "%s"}' "$1" "$reference" "$version")")
}

# What a daemon that goes on is to forget.
remove_images() {
  local images
  images=$(docker image ls --format '{{.Repository}}:{{.Tag}}' | grep -E "^$registry/(application|${provided// /|}):")
  # shellcheck disable=SC2086 # a list of words
  docker image rm --force $images >/dev/null
}

clean_up() {
  if [ -e "$run" ]; then "$here/docker-daemon.sh" stop "$run"; else remove_images 2>/dev/null || true; fi
  rm -rf "$work"
  release_lock
}

main() {
  local name entries=()
  read_arguments "$@"
  mkdir -p "$out"
  take_lock build
  work=$(mktemp -d)
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  use_docker "$run"
  choose_images
  if [ -z "$authority" ]; then
    authority=$out/database-authority.crt
    make_authority "$authority" "$out/database-authority.key"
  fi
  make_context "$checkout" "$work/context" "$authority"
  import_node_images
  build_application "$checkout" "$work/context" "$registry/application:new" >"$out/build.log" 2>&1 || {
    tail -n 20 "$out/build.log" >&2
    fail "the Dockerfile could not be built: the end of $out/build.log is above"
  }
  check_programs "$registry/application:new"
  keep application "$registry/application:new"
  for name in $provided; do
    provide "$name" "$registry/$name:new"
    keep "$name" "$registry/$name:new"
  done
  printf '{\n%s\n}\n' "$(printf '%s,\n' "${entries[@]}" | sed '$ s/,$//')" >"$out/images.json"
}

main "$@"
