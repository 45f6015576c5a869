#!/usr/bin/env bash
# Builds the images of the platform for clusters that pull nothing, as archives that `ctr images import` takes.
#
#   build.sh OUT_FOLDER [--database-authority FILE]
#
# Writes application.tar, redis.tar, postgres.tar, exporter.tar and images.json: name → {reference, version}. The application trusts
# databases of the authority in FILE, a certificate; without one an authority is made: database-authority.{crt,key} in OUT_FOLDER.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in settings base-images docker-at-hand application-image; do
  # shellcheck source=/dev/null
  . "$here/$part.sh"
done
readonly checkout=${here%/kubernetes/images}

usage() { fail "$1; usage: build.sh OUT_FOLDER [--database-authority FILE]"; }

read_arguments() {
  out='' authority=''
  while [ $# -gt 0 ]; do
    case $1 in
      --database-authority)
        [ -n "${2:-}" ] || usage '--database-authority needs a file'
        [ -r "$2" ] || fail "--database-authority is $2, which can't be read"
        authority=$2
        shift
        ;;
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
  local output run=(docker run --rm --network none)
  case $1 in
    redis) output=$("${run[@]}" --entrypoint redis-server "$2" --version) ;;
    postgres) output=$("${run[@]}" --entrypoint postgres "$2" --version) ;;
    exporter) output=$("${run[@]}" "$2" --version 2>&1) ;;
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

clean_up() {
  [ ! -e "$work/docker/pids" ] || "$here/docker-daemon.sh" stop "$work/docker"
  rm -rf "$work"
}

main() {
  local name entries=()
  read_arguments "$@"
  mkdir -p "$out"
  work=$(mktemp -d)
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  use_docker "$work/docker"
  choose_images
  if [ -z "$authority" ]; then
    authority=$out/database-authority.crt
    make_authority "$authority" "$out/database-authority.key"
  fi
  make_context "$checkout" "$work/context" "$authority"
  import_node_images
  build_application "$work/context" "$registry/application:new" >"$out/build.log" 2>&1 || {
    tail -n 20 "$out/build.log" >&2
    fail "the Dockerfile could not be built: the end of $out/build.log is above"
  }
  check_programs "$registry/application:new"
  keep application "$registry/application:new"
  for name in redis postgres exporter; do
    provide "$name" "$registry/$name:new"
    keep "$name" "$registry/$name:new"
  done
  printf '{\n%s\n}\n' "$(printf '%s,\n' "${entries[@]}" | sed '$ s/,$//')" >"$out/images.json"
}

main "$@"
