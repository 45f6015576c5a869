# shellcheck shell=bash disable=SC2154 # sourced: others set what it uses
# The programs that a cluster runs, and where each comes from.

# Commands of Debian packages: command, package.
readonly packages='
etcd       etcd-server
containerd containerd
ctr        containerd
runc       runc
iptables   iptables
ip         iproute2
busybox    busybox-static
openssl    openssl
'
# Go programs: file in the cache, module with version, package in it, and how it is built: in the folder of this name in programs/,
# whose go.sum pins all it consists of, or (-) alone, as `go install` does.
readonly programs='
kube-apiserver          k8s.io/kubernetes@v1.34.2                         cmd/kube-apiserver          kubernetes
kube-scheduler          k8s.io/kubernetes@v1.34.2                         cmd/kube-scheduler          kubernetes
kube-controller-manager k8s.io/kubernetes@v1.34.2                         cmd/kube-controller-manager kubernetes
kubelet                 k8s.io/kubernetes@v1.34.2                         cmd/kubelet                 kubernetes
kube-proxy              k8s.io/kubernetes@v1.34.2                         cmd/kube-proxy              kubernetes
kubectl                 k8s.io/kubernetes@v1.34.2                         cmd/kubectl                 kubernetes
metrics-server          sigs.k8s.io/metrics-server@v0.8.0                 cmd/metrics-server          metrics-server
coredns                 github.com/coredns/coredns@v1.12.1                .                           -
helm                    helm.sh/helm/v3@v3.20.2                           cmd/helm                    -
cni/bridge              github.com/containernetworking/plugins@v1.6.2     plugins/main/bridge         -
cni/loopback            github.com/containernetworking/plugins@v1.6.2     plugins/main/loopback       -
cni/host-local          github.com/containernetworking/plugins@v1.6.2     plugins/ipam/host-local     -
cni/portmap             github.com/containernetworking/plugins@v1.6.2     plugins/meta/portmap        -
'

# is_built FILE MODULE@VERSION: Go writes both into what it builds.
is_built() { [[ -x $bin/$1 ]] && grep -qaF "$(printf '%s\t%s\t' "${2%@*}" "${2#*@}")" "$bin/$1"; }

# Go programs that are missing in the cache, or there in another version, each on a line.
missing_programs() {
  local file module
  while read -r file module _; do
    [[ -z $file ]] || is_built "$file" "$module" || echo "$file"
  done <<<"$programs"
}

# missing_packages COLUMN: 1 for the commands that are missing, 2 for their packages.
missing_packages() {
  local command package
  while read -r command package; do
    if [[ -z $command ]] || command -v "$command" >/dev/null; then continue; fi
    if [[ $1 == 1 ]]; then echo "$command"; else echo "$package"; fi
  done <<<"$packages" | sort -u
}

in_a_line() { paste -s -d ' ' -; }
