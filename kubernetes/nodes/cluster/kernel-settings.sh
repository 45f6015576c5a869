# shellcheck shell=bash disable=SC2154 # sourced: others set what it uses
# Settings of this machine's kernel that a cluster needs, which are put back when it is taken down.

# Name under /proc/sys, and the value. Nodes forward packets of pods; each takes 7 inotify instances, of 128 that are usual for all of a user.
kernel_settings='
net/ipv4/ip_forward            1
fs/inotify/max_user_instances  1024
'

# set_kernel_settings: keeps what it changes, and from what, in $run/kernel-settings.
set_kernel_settings() {
  local name needed former
  while read -r name needed; do
    [[ -n $name ]] || continue
    former=$(cat "/proc/sys/$name")
    ((former < needed)) || continue
    echo "$name $needed $former" >>"$run/kernel-settings"
    echo "$needed" >"/proc/sys/$name"
  done <<<"$kernel_settings"
}

# restore_kernel_settings: but not what has been changed since.
restore_kernel_settings() {
  local name needed former
  [[ -e $run/kernel-settings ]] || return 0
  while read -r name needed former; do
    [[ $(cat "/proc/sys/$name") != "$needed" ]] || echo "$former" >"/proc/sys/$name"
  done <"$run/kernel-settings"
}
