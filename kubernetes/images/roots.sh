#!/usr/bin/env bash
# Makes root file systems of Debian for images, on machines without a container registry, and prints their folders.
#
#   roots.sh NAME…     NAME is one of: base node node-runtime redis valkey postgres exporter preparation prometheus alertmanager
#                      traefik keda-operator keda-metrics keda-webhooks
#
# They stay in ${REDIS_PLATFORM_CACHE:-~/.cache/redis-platform}/roots. A finished one is marked with what it was made by; one that was
# interrupted, or made by another version of these scripts, is made again. Needs root, Debian's apt, and Go for the exporter, Traefik and
# KEDA.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=settings.sh
. "$here/settings.sh"
# shellcheck source-path=SCRIPTDIR source=root-recipes.sh
. "$here/root-recipes.sh"
# shellcheck source-path=SCRIPTDIR source=go-programs.sh
. "$here/go-programs.sh"

readonly roots=$images_cache/roots
readonly names='base node node-runtime redis valkey postgres exporter preparation prometheus alertmanager traefik keda-operator keda-metrics keda-webhooks'

# The mirror of Debian that this machine's apt uses.
mirror() {
  local found=${REDIS_PLATFORM_DEBIAN_MIRROR:-}
  # shellcheck disable=SC2016 # names of apt's
  [ -n "$found" ] || found=$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' 'Created-By: Packages' |
    sed -n 's/^Debian Debian //p' | head -n 1)
  [ -n "$found" ] || fail "apt names no mirror of Debian: name one by REDIS_PLATFORM_DEBIAN_MIRROR"
  printf '%s\n' "${found%/}"
}

check_machine() {
  if [ "$(uname -s)" != Linux ] || ! has apt-get; then
    fail 'root file systems are made by debootstrap: that needs Debian with apt, or else a Docker daemon and a registry'
  fi
  [ "$(id -u)" -eq 0 ] || fail "root file systems are made by root only: run it by sudo, or start a Docker daemon that reaches a registry"
  has debootstrap || apt-get install -qq -y --no-install-recommends debootstrap >/dev/null ||
    fail 'apt-get could not install debootstrap: its output is above'
}

has() { command -v "$1" >/dev/null; }

recipe() { printf 'make_%s\n' "${1//-/_}"; }

# key NAME: of what the root is made by.
key() {
  local inputs=("$here/root-recipes.sh")
  case $1 in
    postgres) inputs+=("$here/postgres-stand-in.sh") ;;
    exporter) inputs+=("$here/exporter/go.mod") ;;
    traefik | keda-*) inputs=("$here/go-programs.sh") ;;
  esac
  { cat "${inputs[@]}" && echo "$debian_release"; } | cksum
}

is_made() { [ -d "$roots/$1" ] && [ "$(cat "$roots/$1.made" 2>/dev/null)" = "$(key "$1")" ]; }

# remove_root NAME: refuses where something is still mounted, such as after a kill.
remove_root() {
  if grep -q " $roots/$1/" /proc/mounts; then fail "something is mounted below $roots/$1: unmount it"; fi
  rm -rf "${roots:?}/$1"
}

# make NAME: in a folder of its own, which gets its name when it is whole.
make() {
  local since=$SECONDS
  if is_made "$1"; then return; fi
  rm -f "$roots/$1.made"
  remove_root "$1"
  remove_root "$1.partial"
  "$(recipe "$1")" "$roots/$1.partial" >"$roots/$1.log" 2>&1 || {
    tail -n 5 "$roots/$1.log" >&2
    fail "could not make the root file system $1: the end of $roots/$1.log is above"
  }
  mv "$roots/$1.partial" "$roots/$1"
  key "$1" >"$roots/$1.made"
  say "made the root file system $1 in $((SECONDS - since)) s"
}

main() {
  local name
  [ $# -gt 0 ] || fail "usage: roots.sh NAME…, of: $names"
  for name in "$@"; do
    case " $names " in
      *" $name "*) ;;
      *) fail "there is no root file system $name: it is one of $names" ;;
    esac
  done
  mkdir -p "$roots"
  exec 9>"$roots/lock"
  flock --nonblock 9 || {
    say "waiting for another run in $roots"
    flock 9
  }
  for name in "$@"; do
    if ! is_made "$name"; then
      check_machine
      mirror=$(mirror)
      make base
      make "$name"
    fi
    printf '%s\n' "$roots/$name"
  done
}

main "$@"
