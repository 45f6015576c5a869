#!/usr/bin/env bash
# Shows that the Dockerfile makes the same image again: builds it from two clean clones of a revision, the second one without anything
# of the first one's layers and with files that only their owner reads, and compares the images' layers and the folder of programs.
#
#   compare-trees.sh [REVISION]     default: HEAD; exits with 1 and the differences if there are any
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=kubernetes/images/settings.sh
. "$here/settings.sh"
# shellcheck source=kubernetes/images/base-images.sh
. "$here/base-images.sh"
# shellcheck source=kubernetes/images/docker-at-hand.sh
. "$here/docker-at-hand.sh"
# shellcheck source=kubernetes/images/application-image.sh
. "$here/application-image.sh"
readonly checkout=${here%/kubernetes/images}
# Of a daemon, if one is started.
readonly run=$images_cache/build
readonly builds='first second'

# build_clone NAME: to the image of that name.
build_clone() {
  local image=$registry/compared:$1 since=$SECONDS
  git clone --quiet --no-checkout "$checkout" "$work/$1"
  git -C "$work/$1" checkout --quiet --detach "$revision"
  make_context "$work/$1" "$work/$1.context" "$work/authority.crt"
  build_application "$work/$1" "$work/$1.context" "$image" --no-cache >"$work/$1.log" 2>&1 || {
    tail -n 20 "$work/$1.log" >&2
    fail "the $1 clone of $revision could not be built: the end of its log is above"
  }
  docker image inspect --format '{{.Id}}{{range .RootFS.Layers}}{{"\n"}}{{.}}{{end}}' "$image" >"$work/$1.layers"
  list_tree "$image" >"$work/$1.tree"
  say "built the $1 clone in $((SECONDS - since)) s: $(wc -l <"$work/$1.tree") files and folders"
}

# list_tree IMAGE: of each entry of /application its mode, owner, size, time and digest.
list_tree() {
  local container
  container=$(docker create "$1")
  mkdir "$work/tree"
  docker export "$container" | tar -C "$work/tree" --extract --same-owner --same-permissions application
  docker rm "$container" >/dev/null
  (cd "$work/tree" && find application -printf '%m %U:%G %s %T@ %p %l\n' | sort -k 5 &&
    find application -type f -print0 | sort -z | xargs -0 sha256sum)
  rm -rf "$work/tree"
}

clean_up() {
  docker image rm --force "$registry/compared:first" "$registry/compared:second" >/dev/null 2>&1 || true
  [ ! -e "$run" ] || "$here/docker-daemon.sh" stop "$run"
  rm -rf "$work"
  release_lock
}

main() {
  local revision build what differences=''
  [ $# -le 1 ] || fail 'usage: compare-trees.sh [REVISION]'
  revision=$(git -C "$checkout" rev-parse --verify --quiet "${1:-HEAD}^{commit}") || fail "there is no revision ${1:-HEAD} in $checkout"
  take_lock build
  work=$(mktemp -d)
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  use_docker "$run"
  choose_images
  import_node_images
  make_authority "$work/authority.crt" "$work/authority.key"
  for build in $builds; do
    build_clone "$build"
    umask 077
  done
  for what in tree layers; do
    diff "$work/first.$what" "$work/second.$what" >"$work/difference" || {
      differences="$differences $what"
      head -n 20 "$work/difference"
    }
  done
  [ -z "$differences" ] || fail "two builds of $revision differ:$differences; the first differences are above"
  printf 'Two builds of %s are the same: image %s, tree %s.\n' "$revision" "$(head -n 1 "$work/first.layers")" \
    "$(sha256sum <"$work/first.tree" | cut -d ' ' -f 1)"
}

main "$@"
