# shellcheck shell=bash disable=SC2154 # the variables of settings.sh and roots.sh
# For sourcing by roots.sh: one function a root file system. Each makes the folder that it is given, and fails as a whole: roots.sh
# calls them where `set -e` has no effect, so that every step is chained.

# in_root ROOT COMMAND…: with this machine's proxy, and nothing else of its environment.
in_root() {
  local root=$1
  shift
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} chroot "$root" "$@"
}

# install_in ROOT PACKAGE…: without recommended packages, services and what only people read.
install_in() {
  local root=$1
  shift
  in_root "$root" apt-get install -q -y --no-install-recommends "$@" && in_root "$root" apt-get clean
}

# copy_base FOLDER
copy_base() { cp -a "$roots/base" "$1"; }

make_base() {
  debootstrap --variant=minbase --include=ca-certificates,openssl "$debian_release" "$1" "$mirror" &&
    printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d" &&
    chmod 755 "$1/usr/sbin/policy-rc.d" &&
    printf 'path-exclude=/usr/share/%s/*\n' doc man locale info lintian >"$1/etc/dpkg/dpkg.cfg.d/no-documents" &&
    rm -rf "$1"/usr/share/{doc,man,locale,info}/* &&
    printf 'deb %s %s main\n' "$mirror" "$debian_release" "$mirror" "$debian_release-updates" >"$1/etc/apt/sources.list" &&
    add_security_updates "$1" &&
    in_root "$1" apt-get update -q && in_root "$1" apt-get upgrade -q -y && in_root "$1" apt-get clean
}

# Security updates are in an archive of their own, which not every mirror has beside the other.
add_security_updates() {
  local archive=${mirror%/debian}/debian-security
  if ! in_root "$1" /usr/lib/apt/apt-helper download-file "$archive/dists/$debian_release-security/InRelease" /tmp/InRelease; then
    echo "no security updates: $archive is not there"
    return 0
  fi
  rm -f "$1/tmp/InRelease" && printf 'deb %s %s-security main\n' "$archive" "$debian_release" >>"$1/etc/apt/sources.list"
}

# Node.js with npm. The certificates that this machine trusts are in a file of their own: a proxy may be the one that npm talks to.
make_node() {
  copy_base "$1" && install_in "$1" nodejs npm &&
    cp -L /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/this-machine.crt"
}

# As the distroless image of Node.js: no shell, no package manager, a user `nonroot`.
make_node_runtime() {
  local from=$roots/node-runtime.full
  rm -rf "$from"
  copy_base "$from" && install_in "$from" nodejs && empty_root "$1" && mkdir -p "$1/nodejs/bin" "$1/home/nonroot" "$1/tmp" &&
    copy_libraries "$from" "$1" /usr/bin/node &&
    cp -L "$from/usr/bin/node" "$1/nodejs/bin/node" &&
    copy_paths "$from" "$1" usr/share/nodejs etc/ssl/certs/ca-certificates.crt etc/nsswitch.conf usr/share/zoneinfo &&
    printf 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:%s:%s:nonroot:/home/nonroot:/sbin/nologin\n' \
      "$program_user" "$program_user" >"$1/etc/passwd" &&
    printf 'root:x:0:\nnonroot:x:%s:\n' "$program_user" >"$1/etc/group" &&
    chown "$program_user:$program_user" "$1/home/nonroot" && chmod 1777 "$1/tmp" &&
    rm -rf "$from"
}

# Programs of monitoring alone, as in their makers' images.
make_prometheus() { make_program "$1" prometheus prometheus usr/share/prometheus; }

make_alertmanager() { make_program "$1" prometheus-alertmanager alertmanager usr/share/prometheus/alertmanager; }

# make_program FOLDER PACKAGE NAME PATH: the package's program of the same name as /usr/bin/NAME, its libraries and the files in PATH.
make_program() {
  local from=$1.full
  rm -rf "$from"
  copy_base "$from" && install_in "$from" "$2" && empty_root "$1" && copy_libraries "$from" "$1" "/usr/bin/$2" &&
    cp -L "$from/usr/bin/$2" "$1/usr/bin/$3" &&
    copy_paths "$from" "$1" "$4" etc/ssl/certs/ca-certificates.crt etc/nsswitch.conf && rm -rf "$from"
}

# Redis, with the names and the folder of data of the official image. That one names no user either.
make_redis() { make_server "$1" redis "$redis_user" redis-server redis-tools; }

make_valkey() { make_server "$1" valkey "$redis_user" valkey-server valkey-tools; }

# make_server FOLDER NAME USER PACKAGE…
make_server() {
  local root=$1 name=$2 user=$3 program
  shift 3
  copy_base "$root" && add_user "$root" "$name" "$user" /data && install_in "$root" "$@" &&
    rm -rf "$root/var/log/$name" &&
    for program in "$root/usr/bin/$name"-*; do ln -s "/usr/bin/${program##*/}" "$root/usr/local/bin/${program##*/}" || return; done
}

# Postgres without its compiler of queries, which is two thirds of its size, and without the cluster that Debian makes.
make_postgres() {
  copy_base "$1" && add_user "$1" postgres "$postgres_user" /var/lib/postgresql && install_in "$1" postgresql-common &&
    sed -i "s/^#\?create_main_cluster.*/create_main_cluster = false/" "$1/etc/postgresql-common/createcluster.conf" &&
    install_in "$1" postgresql-17 &&
    rm -rf "$1"/usr/lib/postgresql/17/lib/{bitcode,llvmjit*} "$1"/usr/lib/*/libLLVM* "$1"/usr/lib/llvm* &&
    mkdir -p "$1/docker-entrypoint-initdb.d" "$1/var/run/postgresql" "$1/var/lib/postgresql/data" &&
    chown "$postgres_user:$postgres_user" "$1/var/run/postgresql" "$1/var/lib/postgresql/data" && chmod 3777 "$1/var/run/postgresql" &&
    install -m 755 "$here/postgres-stand-in.sh" "$1/usr/local/bin/docker-entrypoint.sh"
}

# add_user ROOT NAME NUMBER HOME: before a package makes one of that name with a number of its own.
add_user() {
  in_root "$1" groupadd --gid "$3" "$2" &&
    in_root "$1" useradd --uid "$3" --gid "$3" --home-dir "$4" --create-home --shell /usr/sbin/nologin "$2"
}

# The program alone, as in its maker's image.
make_exporter() {
  command -v go >/dev/null || { echo 'Go is not installed: see https://go.dev/doc/install' && return 1; }
  empty_root "$1" && install_exporter "$1" && copy_paths "$roots/base" "$1" etc/ssl/certs/ca-certificates.crt
}

# The version is that of exporter/go.mod.
install_exporter() {
  local version
  version=$(cd "$here/exporter" && go list -m -f '{{.Version}}' github.com/oliver006/redis_exporter) &&
    (cd "$here/exporter" && CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -X main.BuildVersion=$version" \
      -o "$1/redis_exporter" github.com/oliver006/redis_exporter)
}

# What Alpine has: BusyBox; and OpenSSL, which the container of preparation installs there.
make_preparation() {
  local from=$roots/preparation.full
  rm -rf "$from"
  copy_base "$from" && install_in "$from" busybox-static && empty_root "$1" &&
    cp -L "$from/bin/busybox" "$1/usr/bin/busybox" && in_root "$1" /usr/bin/busybox --install -s /usr/bin &&
    copy_libraries "$from" "$1" /usr/bin/openssl && cp -L "$from/usr/bin/openssl" "$1/usr/bin/openssl" &&
    copy_paths "$from" "$1" etc/ssl/openssl.cnf usr/lib/ssl && rm -rf "$from"
}

# empty_root FOLDER: with the links that Debian has at its top.
empty_root() {
  local name
  mkdir -p "$1/etc" && for name in bin sbin lib lib64; do
    mkdir -p "$1/usr/$name" && ln -s "usr/$name" "$1/$name" || return
  done
}

# copy_libraries FROM TO PROGRAM: the shared libraries that the program is linked to.
copy_libraries() {
  local library libraries
  libraries=$(in_root "$1" ldd "$3" | sed -n 's/^\(.* => \)\?[[:space:]]*\(\/[^ ]*\) (0x.*/\2/p') || return
  for library in $libraries; do
    mkdir -p "$2${library%/*}" && cp -L "$1$library" "$2$library" || return
  done
}

# copy_paths FROM TO PATH…: with the folders above them.
copy_paths() {
  local from=$1 to=$2
  shift 2
  tar -C "$from" --create "$@" | tar -C "$to" --extract
}
