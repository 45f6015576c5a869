# shellcheck shell=bash disable=SC2154 # the variables of settings.sh, docker-at-hand.sh, and `here`
# For sourcing: what the images of this platform are made from, and what stands in for it.

# Where stand-ins and what is built here are named.
export registry=redis-platform.local
# The label of stand-ins, by which they are removed, and images that were pulled are not.
readonly stand_in_label=redis-platform.stand-in

# official_image NAME: as the compose files and the defaults of environments/ have it.
official_image() {
  case $1 in
    redis) echo docker.io/library/redis:8.8.1-trixie ;;
    exporter) echo docker.io/oliver006/redis_exporter:v1.91.1 ;;
    valkey) echo docker.io/valkey/valkey:8.1-alpine ;;
    postgres) echo docker.io/library/postgres:17-bookworm ;;
    preparation) echo docker.io/library/alpine:3.22 ;;
    prometheus) echo quay.io/prometheus/prometheus:v3.14.0-distroless ;;
    alertmanager) echo quay.io/prometheus/alertmanager:v0.34.0 ;;
    traefik) echo docker.io/library/traefik:v3.7.11 ;;
    keda-operator) echo ghcr.io/kedacore/keda:2.20.2 ;;
    keda-metrics) echo ghcr.io/kedacore/keda-metrics-apiserver:2.20.2 ;;
    keda-webhooks) echo ghcr.io/kedacore/keda-admission-webhooks:2.20.2 ;;
  esac
}

# stand_in_of IMAGE: its label; nothing if it was pulled. Fails if it isn't here.
stand_in_of() { docker image inspect --format "{{index .Config.Labels \"$stand_in_label\"}}" "$1" 2>/dev/null; }

# is_official IMAGE: whether it is here, and no stand-in.
is_official() {
  local label
  label=$(stand_in_of "$1") && [ -z "$label" ]
}

# changes NAME: instructions that make an image of a root file system.
changes() {
  local path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  case $1 in
    node) printf 'ENV PATH=%s NODE_EXTRA_CA_CERTS=/etc/ssl/certs/this-machine.crt\nCMD ["node"]\n' "$path" ;;
    node-runtime) printf 'ENV PATH=%s SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt\nUSER %s\nENTRYPOINT ["/nodejs/bin/node"]\n' "$path" "$program_user" ;;
    redis | valkey) printf 'ENV PATH=%s\nWORKDIR /data\nVOLUME /data\nEXPOSE 6379\nCMD ["%s-server"]\n' "$path" "$1" ;;
    postgres)
      printf 'ENV PATH=%s:/usr/lib/postgresql/17/bin LANG=C.UTF-8 PGDATA=/var/lib/postgresql/data\nVOLUME /var/lib/postgresql/data\nEXPOSE 5432\n' "$path"
      printf 'STOPSIGNAL SIGINT\nENTRYPOINT ["docker-entrypoint.sh"]\nCMD ["postgres"]\n'
      ;;
    exporter) printf 'USER %s:%s\nEXPOSE 9121\nENTRYPOINT ["/redis_exporter"]\n' "$exporter_user" "$exporter_user" ;;
    preparation) printf 'ENV PATH=%s\nCMD ["/bin/sh"]\n' "$path" ;;
    prometheus | alertmanager) printf 'USER %s:%s\nENTRYPOINT ["/bin/%s"]\n' "$monitoring_user" "$monitoring_user" "$1" ;;
    traefik) printf 'USER %s\nENTRYPOINT ["/traefik"]\n' "$program_user" ;;
    # Their chart says the commands.
    keda-*) printf 'USER %s\n' "$program_user" ;;
  esac
}

# import_root NAME IMAGE: an image of a root file system, which is made if it isn't there. One that is the same already stays.
import_root() {
  local root label options=() change
  root=$("$here/roots.sh" "$1")
  label=$1-$({ cat "$root.made" && changes "$1"; } | cksum | cut -d ' ' -f 1)
  if [ "$(stand_in_of "$2")" = "$label" ]; then return; fi
  options=(--change "LABEL $stand_in_label=$label")
  while read -r change; do options+=(--change "$change"); done < <(changes "$1")
  tar -C "$root" --create --numeric-owner --exclude='./dev/*' --exclude='./proc/*' --exclude='./sys/*' \
    --exclude='./var/lib/apt/lists/*' --exclude='./var/cache/*' . |
    docker import "${options[@]}" - "$2" >/dev/null
}

# provide NAME IMAGE: the image of that name, pulled or made, under a name of this platform's own.
provide() {
  if [ "$images_are" = pulled ]; then
    docker pull --quiet "$(official_image "$1")" >/dev/null && docker tag "$(official_image "$1")" "$2"
  else
    import_root "$1" "$2"
  fi
}

remove_stand_ins() {
  local images
  images=$(docker image ls --quiet --filter "label=$stand_in_label" | sort -u)
  # shellcheck disable=SC2086 # a list of words
  [ -z "$images" ] || docker image rm --force $images >/dev/null
}
