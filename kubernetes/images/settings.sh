# shellcheck shell=bash
# For sourcing: what all scripts of images share.

# Folder of everything that is worth keeping between runs.
images_cache=${REDIS_PLATFORM_CACHE:-$HOME/.cache/redis-platform}
export images_cache

# Debian's release whose packages the stand-ins are made of: the first one with Redis 8, Valkey, PostgreSQL 17 and Node.js 20.19.
export debian_release=trixie
# Users of the official images.
export redis_user=999 postgres_user=999 exporter_user=59000 program_user=65532 monitoring_user=65534

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
fail() {
  say "$@"
  exit 1
}

# take_lock NAME: one run of its kind at a time; release_lock lets the next one in.
take_lock() {
  mkdir -p "$images_cache"
  mkdir "$images_cache/$1.lock" 2>/dev/null ||
    fail "another run holds $images_cache/$1.lock: wait for its end, or remove the folder if there is none"
  lock=$images_cache/$1.lock
}

release_lock() { [ -z "${lock:-}" ] || rmdir "$lock"; }
