# shellcheck shell=bash disable=SC2154 # the variables of settings.sh and roots.sh
# For sourcing by roots.sh: root file systems of programs that are built by Go, each the program alone, as in its maker's image.
# Functions fail as a whole, as those of root-recipes.sh do.

# Modules: name, module, version, sum. Versions are those of environments/cluster-services-defaults.ts; what a module needs is
# pinned by its own go.sum, and the module by this sum.
readonly go_modules='
traefik github.com/traefik/traefik/v3 v3.7.11 h1:AdGIts8MRFqWMjXhZFisrbLseB7vjikUL1q9H9DSvrM=
keda    github.com/kedacore/keda/v2   v2.20.2 h1:SR60v8uIcelbveS8n/1jcl8tLdBBIbHMxmdOHw8tKqA=
'

make_traefik() {
  local source=$1.source version
  version=$(copy_module traefik "$source") && add_empty_extension "$source" && use_earlier_authentication "$source" &&
    build_go "$1" traefik "$source" ./cmd/traefik "-X github.com/traefik/traefik/v3/pkg/version.Version=${version#v}" &&
    rm -rf "$source"
}

make_keda_operator() { make_keda "$1" keda ./cmd/operator; }

make_keda_metrics() { make_keda "$1" keda-adapter ./cmd/adapter; }

make_keda_webhooks() { make_keda "$1" keda-admission-webhooks ./cmd/webhooks; }

# make_keda FOLDER PROGRAM PACKAGE
make_keda() {
  local source=$1.source version
  version=$(copy_module keda "$source") &&
    build_go "$1" "$2" "$source" "$3" "-X github.com/kedacore/keda/v2/version.Version=${version#v}" && rm -rf "$source"
}

# The module of Traefik refers to a part of it that its archive lacks, as that is a module of its own: two structures that are empty
# in the open edition.
add_empty_extension() {
  local folder=$1/pkg/config/dynamic/ext
  mkdir -p "$folder" && printf 'module github.com/traefik/traefik/dynamic/ext\n\ngo 1.25\n' >"$folder/go.mod" &&
    printf 'package ext\n\ntype HTTP struct{}\n\ntype Router struct{}\n' >"$folder/ext.go"
}

# The revision of its library of basic authentication that Traefik names is not on every proxy; no route of this platform uses it. The one
# before is, and has the same requirements.
use_earlier_authentication() {
  local library=github.com/containous/go-http-auth revision=v0.4.1-0.20200324110947-a37a7636d23e
  (cd "$1" && go mod edit -replace "github.com/abbot/go-http-auth=$library@$revision") &&
    sed -i "s|^$library v[^ /]* h1:.*|$library $revision h1:D+uTEzDZc1Fhmd0Pq06c+O9+KkAyExw0eVmu/NOqaHU=|
      s|^$library v[^ /]*/go.mod |$library $revision/go.mod |" "$1/go.sum"
}

# copy_module NAME FOLDER: its files, and prints its version. Fails if the archive isn't the one of the sum.
copy_module() {
  local module version sum found
  read -r module version sum < <(sed -n "s/^$1  *//p" <<<"$go_modules") || return
  command -v go >/dev/null || { echo 'Go is not installed: see https://go.dev/doc/install' >&2 && return 1; }
  found=$(cd / && go mod download -json "$module@$version") || { echo "$found" >&2 && return 1; }
  [ "$(json_text Sum <<<"$found")" = "$sum" ] || { echo "$module $version has another sum than $sum" >&2 && return 1; }
  rm -rf "$2" && cp -r "$(json_text Dir <<<"$found")" "$2" && chmod -R u+w "$2" && echo "$version"
}

# json_text KEY: of an object whose members are on lines of their own, as Go writes it.
json_text() { sed -n "s/^[[:space:]]*\"$1\": \"\(.*\)\",\{0,1\}$/\1/p"; }

# build_go FOLDER NAME SOURCE PACKAGE LINKER_FLAGS: static, as /NAME, with the certificates of public authorities.
build_go() {
  empty_root "$1" && mkdir -p "$1/tmp" && chmod 1777 "$1/tmp" &&
    (cd "$3" && CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w $5" -o "$1/$2" "$4") &&
    copy_paths "$roots/base" "$1" etc/ssl/certs/ca-certificates.crt
}
