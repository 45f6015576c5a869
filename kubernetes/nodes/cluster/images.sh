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

# folder_in OPTION NODE KEY: the first folder in a mount option of an active snapshot.
folder_in() { store "$2" snapshots mounts /mnt "$3" | grep -o "$1=[^ :,]*" | cut -d= -f2; }

# layer_folder NODE CHAIN: where the files of a committed snapshot's own layer are. An empty snapshot above it says so.
layer_folder() {
  local folder
  store "$1" snapshots rm "above-$2" 2>/dev/null || true
  store "$1" snapshots prepare "above-$2" "$2" >/dev/null
  folder=$(folder_in lowerdir "$1" "above-$2")
  store "$1" snapshots rm "above-$2"
  echo "$folder"
}

# own_folder NODE KEY: where the files of an active snapshot's own layer are. One with nothing below is no overlay, but its folder itself.
own_folder() { folder_in upperdir "$@" || store "$1" snapshots mounts /mnt "$2" | grep -o "$run/[^ :,]*/fs"; }

# share_layer NODE CHAIN FOLDER [CHAIN_BELOW]
share_layer() {
  local own
  if store "$1" snapshots info "$2" >/dev/null 2>&1; then return; fi
  store "$1" snapshots rm "new-$2" 2>/dev/null || true
  store "$1" snapshots prepare "new-$2" ${4:+"$4"} >/dev/null
  own=$(own_folder "$1" "new-$2")
  cp -al "$3/." "$own/"
  store "$1" snapshots commit "$2" "new-$2"
}

# describe_image NODE NAME DIGEST FOLDER: an archive of the image without its layers, FOLDER.tar, and its snapshots and their folders, FOLDER.layers.
describe_image() {
  local configuration size chain folder blobs=$4/blobs/sha256
  mkdir -p "$blobs"
  blob "$1" "$3" >"$blobs/${3#sha256:}"
  size=$(stat -c %s "$blobs/${3#sha256:}")
  configuration=$(node -p 'JSON.parse(fs.readFileSync(process.argv[1])).config.digest' "$blobs/${3#sha256:}")
  blob "$1" "$configuration" >"$blobs/${configuration#sha256:}"
  for chain in $(chains "$blobs/${configuration#sha256:}"); do
    folder=$(layer_folder "$1" "$chain")
    echo "$chain $folder"
  done >"$4.layers"
  printf '{"imageLayoutVersion":"1.0.0"}' >"$4/oci-layout"
  printf '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"%s","size":%s,"annotations":{"io.containerd.image.name":"%s"}}]}' \
    "$3" "$size" "$2" >"$4/index.json"
  tar -C "$4" -cf "$4.tar" .
}

# share_image NODE FOLDER: what describe_image wrote, in a subshell of its own.
share_image() (
  below=''
  while read -r chain folder <&3; do
    share_layer "$1" "$chain" "$folder" "$below"
    below=$chain
  done 3<"$2.layers"
  import "$1" "$2.tar" >/dev/null
)
