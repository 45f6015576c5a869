#!/usr/bin/env bash
# Unpacks Debian's packages of Docker into this user's cache and prints the folder: nothing is installed on the machine, so there
# is no service that could start. Docker, containerd, BuildKit's and Compose's plugins are of the release of the base root file
# system; runc is too if this machine's C library suits it, and of this machine's own release otherwise.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=settings.sh
. "$here/settings.sh"

readonly tools=$images_cache/docker
readonly packages='docker.io docker-cli docker-buildx docker-compose containerd runc'

# fetch_packages BASE FOLDER: as apt verifies them.
fetch_packages() {
  local downloads=/var/tmp/docker
  rm -rf "${1:?}$downloads"
  mkdir -p "$1$downloads"
  # shellcheck disable=SC2086,SC2016 # a list of words; expanded by the inner shell
  chroot "$1" sh -c 'cd "$1" && shift && apt-get -q download "$@"' sh "$downloads" $packages
  unpack "$1$downloads" "$2"
  rm -rf "${1:?}$downloads"
}

unpack() {
  local package
  for package in "$1"/*.deb; do dpkg-deb --extract "$package" "$2"; done
}

runs() { "$1" --version >/dev/null 2>&1; }

# find_runc FOLDER
find_runc() {
  local downloads=$1/downloads
  if runs "$1/usr/sbin/runc"; then return; fi
  mkdir -p "$downloads"
  (cd "$downloads" && apt-get -q download runc)
  unpack "$downloads" "$1"
  rm -rf "$downloads"
}

check_programs() {
  local program
  for program in usr/sbin/dockerd usr/sbin/runc usr/bin/containerd usr/bin/docker; do
    runs "$1/$program" || fail "$1/$program does not run on this machine: $("$1/$program" --version 2>&1 | head -n 1 || true)" \
      '(the libraries that it names are in packages of Debian, or install Docker by its own instructions and start it)'
  done
}

main() {
  local base
  if [ ! -d "$tools" ]; then
    base=$("$here/roots.sh" base)
    rm -rf "$tools.partial"
    mkdir -p "$tools.partial"
    { fetch_packages "$base" "$tools.partial" && find_runc "$tools.partial"; } >&2
    check_programs "$tools.partial"
    mv "$tools.partial" "$tools"
  fi
  printf '%s\n' "$tools"
}

main
