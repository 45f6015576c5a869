# shellcheck shell=bash disable=SC2154 # `here` is set by who sources this
# For sourcing: the Docker daemon that this user reaches, or else one that is started here; and whether it reaches a registry.

# use_docker RUN_DIR: afterwards docker, docker buildx and docker compose work. RUN_DIR is that of a daemon which an earlier run, or
# this one, has started.
use_docker() {
  if use_running_docker "$1"; then return; fi
  # One that was killed leaves its folder.
  [ ! -e "$1" ] || "$here/docker-daemon.sh" stop "$1"
  "$here/docker-daemon.sh" start "$1"
  # shellcheck source=/dev/null
  . "$1/environment"
}

# use_running_docker RUN_DIR: fails if no daemon is reached.
use_running_docker() {
  local version
  # shellcheck disable=SC1091 # made by docker-daemon.sh
  if [ -e "$1/environment" ] && version=$(. "$1/environment" && server_version); then
    # shellcheck source=/dev/null
    . "$1/environment"
    say "uses the Docker daemon that runs in $1 ($version)"
  elif version=$(server_version); then
    check_plugins
    say "uses the Docker daemon of this machine ($version)"
  else
    return 1
  fi
}

server_version() { docker version --format '{{.Server.Version}}' 2>/dev/null; }

check_plugins() {
  local plugin
  for plugin in buildx compose; do
    docker "$plugin" version >/dev/null 2>&1 ||
      fail "Docker runs, but docker $plugin is missing: install it (see https://docs.docker.com/engine/install)"
  done
}

# Says which images are used. They are pulled where the Docker of this machine reaches a registry, and are root file systems of
# Debian elsewhere: containers of a daemon that is started here reach nothing outside, which some images rely on.
choose_images() {
  if [ -n "${REDIS_PLATFORM_DOCKER:-}" ]; then
    images_are=stand-ins
    say 'uses root file systems of Debian as images, as Docker was started by docker-daemon.sh'
  elif reaches_registry; then
    images_are=pulled
    say 'uses images of their makers: a registry is reached'
  else
    images_are=stand-ins
    say 'uses root file systems of Debian as images: no registry is reached'
  fi
  export images_are
}

reaches_registry() {
  is_official "$(official_image preparation)" || docker pull --quiet "$(official_image preparation)" >/dev/null 2>&1
}
