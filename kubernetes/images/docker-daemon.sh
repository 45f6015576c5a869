#!/usr/bin/env bash
# Runs a Docker daemon of Debian with everything of its own: data, sockets, containerd, and no rules in this machine's firewall.
#
#   docker-daemon.sh start RUN_DIR    then `. RUN_DIR/environment` makes docker and docker compose use it
#   docker-daemon.sh stop RUN_DIR     ends it with all its containers, and removes RUN_DIR
#
# Containers reach each other, and this machine reaches their published ports; they reach nothing outside, but a build does by
# `--network host`. Needs root.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=kubernetes/images/settings.sh
. "$here/settings.sh"

# Sockets below it have paths of at most 107 characters.
readonly longest_folder=70
# Networks of containers, away from what machines and clusters use.
readonly addresses=10.247.0.0/16
readonly cgroup=redis-platform-docker

check_start() {
  [ "$(uname -s)" = Linux ] || fail 'a daemon is started on Linux only: start Docker as it is installed here'
  [ "$(id -u)" -eq 0 ] || fail 'a Docker daemon is started by root only: run it by sudo, or start the Docker of this machine'
  [ "${#run}" -le "$longest_folder" ] || fail "RUN_DIR is $run, of ${#run} characters: name a folder of at most $longest_folder"
  [ ! -e "$run/pids" ] || fail "$run is in use: docker-daemon.sh stop $run"
  command -v iptables >/dev/null || fail 'iptables is missing, by which Docker names containers to each other: apt-get install iptables'
  [ "$(cat /proc/sys/net/bridge/bridge-nf-call-iptables 2>/dev/null || echo 0)" = 0 ] ||
    ! iptables -S FORWARD | grep -qx -- '-P FORWARD DROP' ||
    fail "this machine's firewall forwards nothing, also between containers: iptables -P FORWARD ACCEPT, or start the Docker of this machine"
}

# begin NAME COMMAND…: in the background and away from this terminal; its pid is kept for `stop`.
begin() {
  local name=$1
  shift
  setsid "$@" >"$run/log/$name.log" 2>&1 9>&- </dev/null &
  echo $! >"$run/pids/$name"
}

# await NAME COMMAND…: until the command succeeds, for 30 s, while the process lives.
await() {
  local name=$1 attempt
  shift
  for ((attempt = 0; attempt < 150; attempt++)); do
    if "$@" >/dev/null 2>&1; then return; fi
    kill -0 "$(cat "$run/pids/$name")" 2>/dev/null || break
    sleep 0.2
  done
  tail -n 5 "$run/log/$name.log" >&2
  stop
  fail "$name did not start: the end of its log is above"
}

write_configuration() {
  mkdir -p "$run/log" "$run/pids" "$run/config" "$run/temporary"
  chmod 700 "$run"
  cat >"$run/containerd.toml" <<T
version = 2
root = "$run/containerd"
state = "$run/containerd-state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "$run/containerd.sock"
[ttrpc]
  address = "$run/containerd.ttrpc.sock"
T
  echo '{}' >"$run/daemon.json"
  printf '{"cliPluginsExtraDirs": ["%s"]}\n' "$tools/usr/libexec/docker/cli-plugins" >"$run/config/config.json"
  # shellcheck disable=SC2016 # expanded by who reads the file
  printf 'export REDIS_PLATFORM_DOCKER=started DOCKER_HOST=%q DOCKER_CONFIG=%q PATH=%q:"$PATH"\nunset DOCKER_CONTEXT\n' \
    "unix://$run/docker.sock" "$run/config" "$tools/usr/bin:$tools/usr/sbin" >"$run/environment"
}

start() {
  local tools
  check_start
  tools=$("$here/docker-tools.sh")
  write_configuration
  # shellcheck source=/dev/null
  . "$run/environment"
  begin containerd containerd --config "$run/containerd.toml"
  await containerd test -S "$run/containerd.sock"
  # Without rules in the firewall and without the bridge that containers have by default.
  begin dockerd env TMPDIR="$run/temporary" dockerd --config-file "$run/daemon.json" --data-root "$run/data" --exec-root "$run/exec" \
    --pidfile "$run/dockerd.pid" --host "unix://$run/docker.sock" --group root --containerd "$run/containerd.sock" \
    --bridge none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false \
    --default-address-pool "base=$addresses,size=24" --cgroup-parent "$cgroup"
  await dockerd docker version
  say "Docker $(docker version --format '{{.Server.Version}}') runs in $run"
}

# end NAME: asks the process to end, and ends it after 30 s. A pid that is another program's by now is left alone.
end() {
  local pid attempt
  pid=$(cat "$run/pids/$1" 2>/dev/null) || return 0
  grep -qF "$run" "/proc/$pid/cmdline" 2>/dev/null || return 0
  kill -TERM "$pid" 2>/dev/null || true
  for ((attempt = 0; attempt < 150; attempt++)); do
    # A process that has ended, but that its parent has not waited for, has no command line.
    [ -n "$(tr -d '\0' <"/proc/$pid/cmdline" 2>/dev/null)" ] || return 0
    sleep 0.2
  done
  say "$1 did not end in 30 s: it is killed"
  kill -KILL "$pid" 2>/dev/null || true
}

# Containers and the bridges of their networks: the daemon would leave these.
remove_containers() {
  local containers
  # shellcheck source=/dev/null
  . "$run/environment"
  timeout 20 docker version >/dev/null 2>&1 || return 0
  containers=$(docker ps --all --quiet)
  # shellcheck disable=SC2086 # a list of words
  [ -z "$containers" ] || docker rm --force --volumes $containers >/dev/null
  docker network prune --force >/dev/null
}

stop() {
  local mount
  [ -d "$run/pids" ] || {
    say "no daemon runs in $run"
    return
  }
  remove_containers || true
  end dockerd
  end containerd
  # Innermost first.
  awk -v folder="$run/" 'index($2, folder) == 1 { print $2 }' /proc/mounts | sort -r | while read -r mount; do umount "$mount"; done
  find /sys/fs/cgroup -mindepth 1 -depth -type d -path "*/$cgroup*" -exec rmdir {} + 2>/dev/null || true
  rm -rf "$run"
}

[ $# -eq 2 ] || fail 'usage: docker-daemon.sh start|stop RUN_DIR'
run=$(realpath --canonicalize-missing -- "$2")
case $1 in
  start) start ;;
  stop) stop ;;
  *) fail "there is no command $1: it is start or stop" ;;
esac
