# shellcheck shell=bash disable=SC2154 # sourced: others set what it uses
# Nodes as machines: each has its own processes, mounts, host name and network, which go with its first process.

# Folders that a node has for itself, over those of the machine; made where the machine has none.
private_folders=(/var/lib/kubelet /var/lib/cni /var/log/pods /var/log/containers)

make_private_folders() {
  local folder
  for folder in "${private_folders[@]}"; do
    [[ -d $folder ]] || { mkdir -p "$folder" && echo "$folder" >>"$run/made-folders"; }
  done
}

remove_private_folders() {
  [[ -e $run/made-folders ]] || return 0
  xargs -r rmdir --ignore-fail-on-non-empty <"$run/made-folders" 2>/dev/null || true
}

# Control groups of version 1 have a hierarchy a controller; those of cpuset need processors and memory before they can be used.
make_control_group() {
  local controller file
  [[ ! -e /sys/fs/cgroup/cgroup.controllers ]] || mkdir -p "/sys/fs/cgroup/$1"
  for controller in /sys/fs/cgroup/*/; do
    [[ ! -e $controller/tasks ]] || mkdir -p "$controller/$1"
  done
  for file in cpus mems; do
    [[ ! -e /sys/fs/cgroup/cpuset/cpuset.$file ]] || cat "/sys/fs/cgroup/cpuset/cpuset.$file" >"/sys/fs/cgroup/cpuset/$1/cpuset.$file"
  done
}

control_groups() { find /sys/fs/cgroup -maxdepth 2 -type d -name "$1"; }

# Fails if it is still there after 5 s. The kernel needs a moment to empty the groups of processes that have just ended.
remove_control_group() {
  local tries=100 groups
  while mapfile -t groups < <(control_groups "$1") && ((${#groups[@]} > 0)); do
    find "${groups[@]}" -depth -type d -exec rmdir {} + 2>/dev/null || true
    ((tries-- > 0)) || return 1
    sleep 0.05
  done
}

is_running() { [[ -n $(pid_of "node-$1") ]]; }

# in_own_network PID
in_own_network() { [[ -e /proc/$1/ns/net && $(readlink "/proc/$1/ns/net") != "$(readlink /proc/self/ns/net)" ]]; }

# first_process_of PID: the child of unshare, process 1 of the namespace that unshare made.
first_process_of() { tr -d ' ' <"/proc/$1/task/$1/children"; }

# start_node NODE: returns once its network is connected; its programs go on starting. pids/node-N gets the node's first process, because
# the kernel ends that one last.
start_node() {
  local pid first='' tries=100
  begin "node-$1" unshare --net --mount --uts --pid --fork --kill-child --mount-proc "$here/cluster/node-init.sh" "$run" "$1"
  pid=$(pid_of "node-$1")
  until [[ -n $pid && -n $first ]] && in_own_network "$first"; do
    first=$(first_process_of "$pid" 2>/dev/null) || true
    ((tries-- > 0)) || { end_of_log "node-$1"; fail "node-$1 did not start"; }
    sleep 0.05
  done
  record "node-$1" "$first"
  make_control_group "$(cgroup_of "$1")"
  # The first process waits for the network before it starts anything.
  connect "$1" "$first"
}

# lose_nodes NODE…: as if their power was cut: the kernel ends all processes of a node with its first one. Fails if something is left.
lose_nodes() {
  local n numbers=()
  for n in "$@"; do [[ ! -e $run/pids/node-$n ]] || numbers+=("$n"); done
  ((${#numbers[@]} > 0)) || return 0
  for n in "${numbers[@]}"; do ip link delete "k8s-v$n" 2>/dev/null || true; done
  end "${numbers[@]/#/node-}" || return 1
  for n in "${numbers[@]}"; do
    remove_control_group "$(cgroup_of "$n")" || return 1
    rm "$run/pids/node-$n"
  done
}
