#!/usr/bin/env bash
# Makes this checkout ready: checks Node, npm and Terraform, installs missing system packages and the node modules.
# Starts and enables no system service. Says one line on stderr for each thing it can't do, and exits with 1.
#
#   scripts/setup.sh           install what is missing
#   scripts/setup.sh --check   only report what is missing; exits with 1 if something is
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What the demo and the tests run (Python for Checkov, promtool and amtool for tests of rules, Chromium for the console, ShellCheck for
# programs that go to machines): command, apt package, brew formula, service the apt package brings (- for none).
readonly tools='
redis-server   redis-server              redis      redis-server
redis-cli      redis-tools               redis      -
openssl        openssl                   openssl@3  -
python3        python3-venv              python@3   -
promtool       prometheus                prometheus prometheus
amtool         prometheus-alertmanager   -          prometheus-alertmanager
redis_exporter prometheus-redis-exporter -          prometheus-redis-exporter
chromium       chromium                  -          -
shellcheck     shellcheck                shellcheck -
'
# Where programs are that brew has no formula for.
readonly downloads='https://prometheus.io/download and https://github.com/oliver006/redis_exporter/releases'
readonly node_minimum=20.19 terraform_minimum=1.8 redis_minimum=7.0
readonly stamp=node_modules/.setup-stamp
readonly lock=.local/setup.lock
readonly lock_wait_seconds=900
# Debian asks this program before it starts a service; the setting exists for the tests.
readonly policy_file=${SETUP_POLICY_FILE:-/usr/sbin/policy-rc.d}
readonly policy_marker='# Written by the setup of redis-platform while it installs packages: remove it if no setup is running.'

problems=''
lock_held=''
policy_written=''
# Without a terminal sudo must fail rather than wait for a password.
sudo_option=''
[ -t 0 ] || sudo_option=-n

say() { printf 'setup: %s\n' "$*" >&2; }
fail() {
  say "$@"
  exit 1
}
problem() { problems="$problems$*"$'\n'; }
# Debian has Python in one package, and what makes virtual environments in another; and other names for some commands.
# Chromium is for the tests of the console alone, which are skipped without it: where no package brings it, nobody is to get it.
has() {
  [ "$1" != chromium ] || [ "$(package_manager)" = apt ] || return 0
  command -v "$1" >/dev/null 2>&1 || command -v "prometheus-${1//_/-}" >/dev/null 2>&1 || return 1
  [ "$1" != python3 ] || python3 -c 'import ensurepip, venv' >/dev/null 2>&1
}

# at_least 1.11.4 1.8: compares major and minor.
at_least() {
  local major=${1%%.*} minor=${1#*.}
  minor=${minor%%.*}
  [ "$major" -gt "${2%.*}" ] || { [ "$major" -eq "${2%.*}" ] && [ "$minor" -ge "${2#*.}" ]; }
}

# version_in TEXT PREFIX: the first "PREFIX1.2.3" in TEXT, or nothing.
version_in() {
  printf '%s\n' "$1" | sed -n "s/^.*$2\([0-9][0-9]*\.[0-9][0-9]*[0-9.]*\).*/\1/p" | head -n 1
}

on_macos() { [ "$(uname -s)" = Darwin ]; }

check_node() {
  local remedy='see https://nodejs.org/en/download, or with nvm: nvm install' version
  if on_macos; then remedy='brew install node@22, or with nvm: nvm install'; fi
  if ! has node; then
    problem "Node is not installed: $node_minimum or newer is needed ($remedy)"
    return
  fi
  version=$(version_in "$(node --version)" v)
  if [ -z "$version" ] || ! at_least "$version" "$node_minimum"; then
    problem "Node ${version:-of unknown version} is too old: $node_minimum or newer is needed ($remedy)"
  elif ! has npm; then
    problem "npm is not installed: it comes with Node ($remedy)"
  fi
}

# The version on stdout; its warnings about the machine's own configuration are not ours to show.
terraform_version() {
  version_in "$(CHECKPOINT_DISABLE=1 "$1" version -json 2>/dev/null || true)" '"terraform_version": *"'
}

check_terraform() {
  local binary=${TERRAFORM_BINARY_NAME:-terraform} version
  local remedy='see https://developer.hashicorp.com/terraform/install or https://opentofu.org/docs/intro/install'
  if on_macos; then remedy='brew install hashicorp/tap/terraform, or brew install opentofu'; fi
  if has "$binary"; then
    version=$(terraform_version "$binary")
    if [ -z "$version" ]; then
      problem "$binary does not tell its version: try '$binary version' ($remedy)"
    elif ! at_least "$version" "$terraform_minimum"; then
      problem "$binary $version is too old: Terraform or OpenTofu $terraform_minimum or newer is needed ($remedy)"
    fi
  elif [ -n "${TERRAFORM_BINARY_NAME:-}" ]; then
    problem "TERRAFORM_BINARY_NAME is $binary, but there is no such command: correct it, unset it, or install $binary ($remedy)"
  elif has tofu && version=$(terraform_version tofu) && [ -n "$version" ] && at_least "$version" "$terraform_minimum"; then
    problem "Terraform is not installed, but OpenTofu $version is: export TERRAFORM_BINARY_NAME=tofu"
  else
    problem "neither Terraform nor OpenTofu is installed: $terraform_minimum or newer is needed ($remedy)"
  fi
}

check_redis_version() {
  local version
  has redis-server || return 0
  version=$(version_in "$(redis-server --version 2>/dev/null || true)" 'v=')
  if [ -z "$version" ] || ! at_least "$version" "$redis_minimum"; then
    problem "redis-server ${version:-of unknown version} ($(command -v redis-server)) is too old: $redis_minimum or newer is needed" \
      "(see https://redis.io/docs/latest/operate/oss_and_stack/install)"
  fi
}

# missing_tools COLUMN: that column of every row of the table whose command is missing, each value once.
missing_tools() {
  local tool apt brew service row=''
  while read -r tool apt brew service; do
    if [ -z "$tool" ] || has "$tool"; then continue; fi
    case $1 in
      tool) row=$tool ;;
      apt) row=$apt ;;
      brew) row=$brew ;;
      service) row=$service ;;
    esac
    if [ "$row" != - ]; then printf '%s\n' "$row"; fi
  done <<<"$tools" | sort -u | paste -s -d ' ' -
}

# Missing commands that brew can not install.
missing_without_formula() {
  local tool brew
  while read -r tool _ brew _; do
    if [ "$brew" = - ] && ! has "$tool"; then printf '%s\n' "$tool"; fi
  done <<<"$tools" | paste -s -d ' ' -
}

package_manager() {
  if on_macos && has brew; then
    echo brew
  elif has apt-get; then
    echo apt
  elif has brew; then
    echo brew
  else
    echo none
  fi
}

# The command for a person who installs the packages: it leaves no service running either.
apt_command() {
  printf 'apt-get update && apt-get install -y --no-install-recommends %s' "$(missing_tools apt)"
  local services
  services=$(missing_tools service)
  if [ -n "$services" ]; then printf ' && systemctl disable --now %s' "$services"; fi
}

check_tools() {
  local missing
  missing=$(missing_tools tool)
  [ -n "$missing" ] || return 0
  case $(package_manager) in
    apt)
      if [ "$(id -u)" -ne 0 ] && ! has sudo; then
        problem "missing $missing, and neither root nor sudo to install: run as root: $(apt_command)"
      fi
      ;;
    brew)
      missing=$(missing_without_formula)
      [ -z "$missing" ] || problem "missing $missing, which brew has no formula for: put it on the PATH (see $downloads)"
      ;;
    none) problem "missing $missing, and neither apt nor brew to install: install Redis $redis_minimum or newer, OpenSSL, Python 3 with venv, Prometheus, Alertmanager and redis_exporter by this machine's package manager" ;;
  esac
}

expected_stamp() {
  local node
  node=$(node --version)
  # Native modules belong to one Node major version and one platform.
  printf '%s %s %s\n' "$(cksum <package-lock.json)" "${node%%.*}" "$(uname -sm)"
}

modules_current() { [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(expected_stamp)" ]; }

stop_on_problems() {
  [ -n "$problems" ] || return 0
  while read -r line; do say "$line"; done <<<"${problems%$'\n'}"
  exit 1
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    # shellcheck disable=SC2086 # one option or none
    sudo $sudo_option "$@"
  fi
}

alive() { kill -0 "$1" 2>/dev/null || ps -p "$1" >/dev/null 2>&1; }

# One setup a checkout at a time: two of them in node_modules would destroy each other's work.
take_lock() {
  local owner announced='' waited=0
  mkdir -p "${lock%/*}"
  until mkdir "$lock" 2>/dev/null; do
    owner=$(cat "$lock/pid" 2>/dev/null || true)
    if [ -n "$owner" ] && ! alive "$owner"; then
      remove_stale_lock
      continue
    fi
    if [ -z "$announced" ]; then
      say "waiting for another setup of this checkout${owner:+ (process $owner)}"
      announced=yes
    fi
    [ "$waited" -lt $((lock_wait_seconds * 5)) ] || fail "another setup has held $lock for $lock_wait_seconds s: end it, or remove the folder"
    waited=$((waited + 1))
    sleep 0.2
  done
  lock_held=yes
  echo $$ >"$lock/pid"
}

# Only the process that makes `breaking` may remove the lock, and only if its owner is still dead then:
# another waiter may have replaced it in between.
remove_stale_lock() {
  local owner
  if ! mkdir "$lock/breaking" 2>/dev/null; then
    sleep 0.2
    return
  fi
  owner=$(cat "$lock/pid" 2>/dev/null || true)
  if [ -n "$owner" ] && ! alive "$owner"; then
    rm -rf "$lock"
  else
    rmdir "$lock/breaking"
  fi
}

clean_up() {
  if [ -n "$policy_written" ]; then as_root rm -f "$policy_file"; fi
  if [ -n "$lock_held" ]; then rm -rf "$lock"; fi
}

# Answers "don't" when Debian asks whether to start a service. A policy of the machine's own is left alone.
forbid_service_starts() {
  if [ -e "$policy_file" ] || [ -L "$policy_file" ]; then
    # Left behind by a setup that was killed: it is removed at the end as if it were this one's.
    if grep -qxF "$policy_marker" "$policy_file"; then policy_written=yes; fi
    return 0
  fi
  # shellcheck disable=SC2016 # expanded by the inner shell, which refuses to overwrite (set -C)
  as_root sh -c 'set -C; printf "#!/bin/sh\n%s\nexit 101\n" "$2" >"$1" && chmod 755 "$1"' sh "$policy_file" "$policy_marker" ||
    fail "could not write $policy_file, which keeps new services from starting"
  policy_written=yes
}

# Debian enables a service when its package is installed, whatever the policy says; a policy of the machine's own
# may also have let it start.
disable_services() {
  local service
  for service in "$@"; do
    # shellcheck disable=SC2016 # expanded by the inner shell
    as_root sh -c '
      PATH=$PATH:/usr/sbin:/sbin
      if command -v systemctl; then systemctl disable "$1" && { [ ! -d /run/systemd/system ] || systemctl stop "$1"; }
      else
        ! command -v deb-systemd-helper || DPKG_MAINTSCRIPT_PACKAGE=$1 deb-systemd-helper disable "$1.service"
        ! command -v update-rc.d || update-rc.d "$1" disable
      fi' sh "$service" >/dev/null 2>&1 || fail "could not disable the service $service: run as root: systemctl disable --now $service"
  done
}

apt_get() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@" 2>&1; }

install_with_apt() {
  local packages services command output
  packages=$(missing_tools apt)
  services=$(missing_tools service)
  command=$(apt_command)
  as_root true || fail "sudo refused: run as root: $command"
  forbid_service_starts
  # The package lists are fetched only if the ones here don't do.
  # shellcheck disable=SC2086 # a list of words
  if ! output=$(apt_get install --no-install-recommends $packages) &&
    ! output=$(apt_get update && apt_get install --no-install-recommends $packages); then
    printf '%s\n' "$output" >&2
    fail "apt-get could not install $packages (its output is above): run as root: $command"
  fi
  # shellcheck disable=SC2086
  disable_services $services
}

install_with_brew() {
  local formulas
  formulas=$(missing_tools brew)
  # shellcheck disable=SC2086
  HOMEBREW_NO_AUTO_UPDATE=1 brew install --quiet $formulas >&2 || fail "brew could not install $formulas: run: brew install $formulas"
}

install_tools() {
  local missing
  missing=$(missing_tools tool)
  [ -n "$missing" ] || return 0
  say "installing $missing with $(package_manager)"
  "install_with_$(package_manager)"
  hash -r
  missing=$(missing_tools tool)
  [ -z "$missing" ] || fail "installed, but not on the PATH, or not complete: $missing"
  check_redis_version
  stop_on_problems
}

install_modules() {
  modules_current && return 0
  say 'installing the node modules (npm ci)'
  # Without the stamp an interrupted installation is done again.
  rm -f "$stamp"
  npm ci --include=dev --prefer-offline --no-audit --no-fund --loglevel=error >&2 || fail 'npm ci failed: its output is above'
  expected_stamp >"$stamp"
}

report() {
  local missing
  missing=$(missing_tools tool)
  if [ -n "$missing" ] && [ -z "$problems" ]; then problem "missing $missing: scripts/setup.sh installs them with $(package_manager)"; fi
  if ! has node || ! modules_current; then problem 'the node modules are missing or not those of package-lock.json: scripts/setup.sh installs them'; fi
  stop_on_problems
  say 'nothing is missing'
}

main() {
  case ${1:-} in
    '' | --check) ;;
    *) fail "unknown option $1: the only one is --check" ;;
  esac
  check_node
  check_terraform
  check_redis_version
  check_tools
  if [ "${1:-}" = --check ]; then
    report
    return
  fi
  stop_on_problems
  if [ -z "$(missing_tools tool)" ] && modules_current; then return; fi
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  take_lock
  install_tools
  install_modules
  say 'ready'
}

main "$@"
