# shellcheck shell=bash disable=SC2154 # sourced: others set what it uses
# Processes of a cluster. pids/NAME has the number of a process and when it started: numbers are used again, so only both identify it.

# start_time PID: in clock ticks since boot, as /proc says; nothing if there is no such process, or only its exit status is left.
start_time() {
  local stat fields
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
  # The second field is the name of the program, in parentheses: it may hold spaces.
  read -ra fields <<<"${stat##*) }"
  [[ ${fields[0]} == Z ]] || echo "${fields[19]}"
}

# record NAME PID
record() { echo "$2 $(start_time "$2")" >"$run/pids/$1"; }

# begin NAME COMMAND…: in the background, in a session of its own.
begin() {
  local name=$1
  shift
  setsid "$@" >>"$run/log/$name.log" 2>&1 </dev/null &
  record "$name" $!
  # Its end is not reported by this shell.
  disown $!
}

# pid_of NAME: the number of a process of this cluster, or nothing if it has ended.
pid_of() {
  local pid='' started=''
  read -r pid started 2>/dev/null <"$run/pids/$1" || true
  [[ -z $started || $(start_time "$pid") != "$started" ]] || echo "$pid"
}

# end NAME…: fails if one of these processes is still there after 20 s. By force, because nothing of a cluster is kept, and the API
# server would wait for its clients.
end() {
  local name pid tries=400
  for name in "$@"; do
    pid=$(pid_of "$name")
    [[ -z $pid ]] || kill -KILL "$pid" 2>/dev/null || true
  done
  for name in "$@"; do
    while [[ -n $(pid_of "$name") ]]; do
      ((tries-- > 0)) || return 1
      sleep 0.05
    done
  done
}

# end_of_log NAME: the last lines that a process wrote, on stderr.
end_of_log() {
  echo "The end of what $1 wrote:" >&2
  tail -n 5 "$run/log/$1.log" >&2 || true
}

# any_alive RUN_DIR: whether a process of that cluster is there.
any_alive() {
  local run=$1 file
  for file in "$run"/pids/*; do
    [[ ! -e $file || -z $(pid_of "$(basename "$file")") ]] || return 0
  done
  return 1
}
