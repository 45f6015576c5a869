# shellcheck shell=bash disable=SC2154 # sourced: others set what it uses
# Images of nodes. Layers are unpacked on one node, and other nodes get hard links to its files: nine copies would fill the disk, in minutes.
# That is safe because containers never write to the files of a layer: what they change is copied first.

# store NODE ARGUMENT…: ctr, in what kubelets see.
store() {
  local node=$1
  shift
  ctr -a "$run/node-$node/containerd.sock" -n k8s.io "$@"
}

# import NODE ARCHIVE: prints name and digest of each image in it.
import() { store "$1" images import "$2" | sed -n 's/^unpacking \(.*\) (\(sha256:[0-9a-f]*\))\.\.\.done$/\1 \2/p'; }

# blob NODE DIGEST: a manifest or a configuration.
blob() { store "$1" content get "$2"; }

# chains CONFIGURATION: the names of an image's snapshots, lowest first: each is a digest over its own layer and those below.
chains() {
  local difference chain=''
  while read -r difference; do
    if [[ -z $chain ]]; then chain=$difference; else chain=sha256:$(printf '%s %s' "$chain" "$difference" | sha256sum | cut -d' ' -f1); fi
    echo "$chain"
  done < <(node -p 'JSON.parse(fs.readFileSync(process.argv[1])).rootfs.diff_ids.join("\n")' "$1")
}

# top_folder NODE KEY: where the files of a snapshot's own layer are.
top_folder() { store "$1" snapshots mounts /mnt "$2" | grep -o "$run/[^ :,]*/fs" | head -n 1; }

# layer_folder NODE CHAIN: the same for a committed snapshot.
layer_folder() {
  store "$1" snapshots view "view-$2" "$2" >/dev/null
  top_folder "$1" "view-$2"
  store "$1" snapshots rm "view-$2"
}

# share_layers FROM TO CHAIN…: the label keeps containerd from collecting a snapshot before an image refers to it.
share_layers() {
  local from=$1 to=$2 chain source parent=()
  shift 2
  for chain in "$@"; do
    if ! store "$to" snapshots info "$chain" >/dev/null 2>&1; then
      source=$(layer_folder "$from" "$chain")
      store "$to" snapshots rm "new-$chain" 2>/dev/null || true
      store "$to" snapshots prepare "new-$chain" "${parent[@]}" >/dev/null
      cp -al "$source/." "$(top_folder "$to" "new-$chain")/"
      store "$to" snapshots commit "$chain" "new-$chain"
      store "$to" snapshots label "$chain" containerd.io/gc.root=loaded >/dev/null
    fi
    parent=("$chain")
  done
}

# describe_image NODE NAME DIGEST FOLDER: an archive of the image without its layers, FOLDER.tar, and its snapshots in FOLDER.chains.
describe_image() {
  local configuration size blobs=$4/blobs/sha256
  mkdir -p "$blobs"
  blob "$1" "$3" >"$blobs/${3#sha256:}"
  size=$(stat -c %s "$blobs/${3#sha256:}")
  configuration=$(node -p 'JSON.parse(fs.readFileSync(process.argv[1])).config.digest' "$blobs/${3#sha256:}")
  blob "$1" "$configuration" >"$blobs/${configuration#sha256:}"
  chains "$blobs/${configuration#sha256:}" >"$4.chains"
  printf '{"imageLayoutVersion":"1.0.0"}' >"$4/oci-layout"
  printf '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"%s","size":%s,"annotations":{"io.containerd.image.name":"%s"}}]}' \
    "$3" "$size" "$2" >"$4/index.json"
  tar -C "$4" -cf "$4.tar" .
}

# share_image FROM TO FOLDER: what describe_image wrote into FOLDER.
share_image() {
  local chains
  mapfile -t chains <"$3.chains"
  share_layers "$1" "$2" "${chains[@]}"
  import "$2" "$3.tar" >/dev/null
}
