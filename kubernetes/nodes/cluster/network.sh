# shellcheck shell=bash disable=SC2154 # sourced: others set what it uses
# The bridge that nodes are on, and the rules that keep it apart from the machine's other networks.

# add_rule POSITION… : a rule of the filter table that remove_rules finds again by its comment.
add_rule() {
  local chain=$1
  shift
  iptables -w -I "$chain" "$@" -m comment --comment "$bridge"
}

remove_rules() {
  local rule
  iptables -w -S 2>/dev/null | sed -n "/--comment $bridge /s/^-A/-D/p" | while read -r rule; do
    # shellcheck disable=SC2086 # a list of words
    iptables -w $rule
  done
}

# Rules are inserted at the top, so the last one comes first. They go before those of Docker, which forwards nothing by default.
add_rules() {
  # Nothing leaves for other networks, which would have no way back; pods see an error at once instead of a timeout.
  add_rule FORWARD -i "$bridge" -j REJECT
  add_rule FORWARD -o "$bridge" -j DROP
  add_rule FORWARD -i "$bridge" -o "$bridge" -j ACCEPT
  # The API server is for nodes, pods and this machine only: Linux accepts its address on any interface.
  add_rule INPUT -d "$host" -j DROP
  add_rule INPUT -d "$host" -i lo -j ACCEPT
  add_rule INPUT -d "$host" -i "$bridge" -j ACCEPT
}

# make_bridge NODES
make_bridge() {
  local n
  ip link add "$bridge" type bridge
  ip address add "$host/24" dev "$bridge"
  ip link set "$bridge" up
  add_rules
  for n in $(seq "$1"); do ip route add "$(pod_network "$n")" via "$(node_address "$n")"; done
}

# Routes go with the bridge.
remove_bridge() {
  remove_rules
  ip link delete "$bridge" 2>/dev/null || true
}

# connect NODE PID: gives the network namespace of that process an interface on the bridge.
connect() {
  ip link delete "k8s-v$1" 2>/dev/null || true
  ip link add "k8s-v$1" type veth peer name eth0 netns "$2"
  ip link set "k8s-v$1" master "$bridge" up
}
