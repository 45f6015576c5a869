#!/usr/bin/env bash
# Makes an image, an OCI archive of one layer, from a root file system.
#
#   image-from-root.sh ROOT_FOLDER NAME:TAG ARCHIVE.tar      NAME with its registry: docker.io/local/redis:7.0
#
#   ENTRYPOINT   []: JSON, such as ["/usr/bin/redis-server"]
#   COMMAND      []: JSON, the arguments that a pod may replace
#   ENVIRONMENT  []: JSON, such as ["HOME=/data"], after PATH
#   IMAGE_USER   empty: name or number of the user, with or without a group: 1001:0
#   WORKING_DIR  /
set -euo pipefail
fail() {
  echo "image-from-root.sh: $*" >&2
  exit 1
}
[[ $# == 3 ]] || fail 'usage: image-from-root.sh ROOT_FOLDER NAME:TAG ARCHIVE.tar'
root=$1 name=$2 archive=$3
[[ -d $root ]] || fail "ROOT_FOLDER is $root, and there is no such folder"
[[ $name =~ ^[a-z0-9.:-]+/[a-z0-9._/-]+:[A-Za-z0-9._-]+$ ]] || fail "NAME:TAG is $name: a registry, a name and a tag are needed, such as docker.io/local/redis:7.0"
for setting in ENTRYPOINT COMMAND ENVIRONMENT; do
  value=${!setting:=[]}
  [[ $value == \[*\] ]] || fail "$setting is $value: a JSON list is needed, such as [\"/bin/sh\"]"
done
path=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
variables="[\"$path\"]"
[[ $ENVIRONMENT == '[]' ]] || variables="[\"$path\",${ENVIRONMENT#[}"
case $(uname -m) in x86_64) architecture=amd64 ;; aarch64) architecture=arm64 ;; *) fail "this machine is $(uname -m): images are made for x86_64 and aarch64" ;; esac

work=$(mktemp -d "$archive.XXXXXX")
trap 'rm -rf "$work"' EXIT
blobs=$work/image/blobs/sha256
mkdir -p "$blobs"
# blob FILE: moves it to where its digest says, and prints the digest.
blob() {
  local digest
  digest=$(sha256sum "$1" | cut -d' ' -f1)
  mv "$1" "$blobs/$digest"
  echo "$digest"
}
descriptor() { printf '"mediaType":"application/vnd.oci.image.%s","digest":"sha256:%s","size":%s' "$1" "$2" "$(stat -c %s "$blobs/$2")"; }

tar -C "$root" --numeric-owner --sort=name -cf "$work/layer" .
layer=$(blob "$work/layer")
printf '{"architecture":"%s","os":"linux","config":{"User":"%s","Entrypoint":%s,"Cmd":%s,"Env":%s,"WorkingDir":"%s"},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
  "$architecture" "${IMAGE_USER:-}" "$ENTRYPOINT" "$COMMAND" "$variables" "${WORKING_DIR:-/}" "$layer" >"$work/configuration"
configuration=$(blob "$work/configuration")
printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{%s},"layers":[{%s}]}' \
  "$(descriptor config.v1+json "$configuration")" "$(descriptor layer.v1.tar "$layer")" >"$work/manifest"
manifest=$(blob "$work/manifest")
printf '{"imageLayoutVersion":"1.0.0"}' >"$work/image/oci-layout"
printf '{"schemaVersion":2,"manifests":[{%s,"annotations":{"io.containerd.image.name":"%s","org.opencontainers.image.ref.name":"%s"}}]}' \
  "$(descriptor manifest.v1+json "$manifest")" "$name" "${name##*:}" >"$work/image/index.json"
tar -C "$work/image" -cf "$work/archive" .
mv "$work/archive" "$archive"
echo "image-from-root.sh: $name is in $archive" >&2
