#!/usr/bin/env bash
# Builds and installs what a cluster runs, as far as it is missing: 10 to 15 minutes on two processors the first time.
#
#   build.sh            needs Go and, if a package is missing, apt and root
#   build.sh --check    only says on one line what is missing; exits with 1 if something is
#
# KUBERNETES_CLUSTER_CACHE is the folder of what was built, ~/.cache/kubernetes-cluster if unset.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail
# shellcheck source=cluster/settings.sh
. "$(dirname "${BASH_SOURCE[0]}")/cluster/settings.sh"
# shellcheck source=cluster/programs.sh
. "$here/cluster/programs.sh"

check() {
  local missing
  missing=$(missing_packages 1 && missing_programs)
  [[ -z $missing ]] || fail "missing $(in_a_line <<<"$missing") (looked for in PATH and in $bin): run $here/build.sh"
}

install_packages() {
  local names
  read -ra names < <(missing_packages 2 | in_a_line) || true
  ((${#names[@]} > 0)) || return 0
  command -v apt-get >/dev/null || fail "missing $(missing_packages 1 | in_a_line), and no apt-get to install them: install them by this machine's package manager"
  [[ $(id -u) == 0 ]] || fail "missing $(missing_packages 1 | in_a_line): run as root: apt-get install -y --no-install-recommends ${names[*]}"
  echo "build.sh: installing ${names[*]}" >&2
  # The package lists are fetched only if the ones here don't do.
  install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "${names[@]}")
  "${install[@]}" >/dev/null 2>&1 || { apt-get update -qq && "${install[@]}" >/dev/null; } || fail "apt-get could not install ${names[*]}: its output is above"
}

# The version that programs report: Go knows none for a module that is a dependency.
linker_flags() {
  local version=${2#*@v}
  case $1 in
    kube*) echo "-X k8s.io/component-base/version.gitVersion=v$version -X k8s.io/component-base/version.gitMajor=${version%%.*} -X k8s.io/component-base/version.gitMinor=$(cut -d. -f2 <<<"$version")" ;;
    helm) echo "-X helm.sh/helm/v3/internal/version.version=v$version" ;;
  esac
}

# build FILE MODULE@VERSION PACKAGE FOLDER: static, so that images of any kind may hold it.
build() {
  local module=${2%@*} package flags
  package=$module${3:+/$3}
  package=${package%/.}
  flags="-s -w $(linker_flags "$1" "$2")"
  echo "build.sh: building $1 (${2#*@})" >&2
  if [[ $4 == - ]]; then
    GOBIN=$(dirname "$bin/$1") CGO_ENABLED=0 GOFLAGS=-buildvcs=false go install -ldflags "$flags" "$package@${2#*@}"
  else
    (cd "$here/programs/$4" && CGO_ENABLED=0 GOFLAGS=-buildvcs=false go build -ldflags "$flags" -o "$bin/$1" "$package")
  fi
}

build_programs() {
  local missing file module package folder
  missing=$(missing_programs)
  [[ -n $missing ]] || return 0
  command -v go >/dev/null || fail "Go is not installed, and $(in_a_line <<<"$missing") are to be built: see https://go.dev/doc/install (1.24 or newer)"
  mkdir -p "$bin/cni"
  # One build at a time in a cache: another may make what this one waits for.
  exec 9>"$bin/build.lock"
  flock 9
  missing=$(missing_programs)
  while read -r file module package folder; do
    ! grep -qxF -- "$file" <<<"$missing" || build "$file" "$module" "$package" "$folder" || fail "$file could not be built: the output of Go is above"
  done <<<"$programs"
}

case ${1:-} in
  '')
    install_packages
    build_programs
    check
    ;;
  --check) check ;;
  *) fail "unknown option $1: the only one is --check" ;;
esac
