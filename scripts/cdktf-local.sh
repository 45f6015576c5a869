# shellcheck shell=bash
# For sourcing: runs the CDKTF CLI for the environment `local`.

# cdktf_local ARGUMENTS: quiet, without prompts, spinner or look-ups in the network. Its exit code is CDKTF's, or 130
# after an interruption.
#
# CDKTF aborts at once on SIGINT: Terraform then kills the step in hand and marks its resource as tainted, and Terraform
# runs no destroy-time provisioner of a tainted resource, so the step's processes would stay. That's why CDKTF runs in
# a process group of its own, which the terminal's Ctrl-C doesn't reach: the first one lets Terraform finish, the second
# one aborts.
cdktf_local() {
  local child='' status=0 interruptions=0
  trap 'interruptions=$((interruptions + 1)); interrupt_cdktf "$child" "$interruptions"' INT TERM
  set -m
  (
    export ENVIRONMENT=local CI=1 CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1
    [ -t 1 ] || export FORCE_COLOR=0
    # Terraform would ignore a missing configuration file too, but warn of it in every step.
    [ -e "${TF_CLI_CONFIG_FILE:-}" ] || unset TF_CLI_CONFIG_FILE
    exec node_modules/.bin/cdktf "$@"
  ) </dev/null &
  child=$!
  set +m
  while :; do
    status=0
    wait "$child" || status=$?
    kill -0 "$child" 2>/dev/null || break
  done
  trap - INT TERM
  [ "$interruptions" -eq 0 ] || return 130
  return "$status"
}

interrupt_cdktf() {
  if [ "$2" -eq 1 ]; then
    printf '\nTerraform finishes its work first; press Ctrl-C again to abort it, which may leave processes behind.\n' >&2
  else
    kill -INT "$1" 2>/dev/null || true
  fi
}
