# shellcheck shell=bash disable=SC2154 # sourced: others set what it uses
# Keys, certificates and tokens of a cluster, readable by root only, for 30 days.

# authority NAME: a certificate authority.
authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/CN=$1" \
    -addext keyUsage=critical,keyCertSign -keyout "$run/certs/$1.key" -out "$run/certs/$1.crt" 2>/dev/null
}

# certificate NAME AUTHORITY SUBJECT [ALTERNATIVE_NAMES]: for servers and clients.
certificate() {
  openssl req -x509 -CA "$run/certs/$2.crt" -CAkey "$run/certs/$2.key" -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
    -subj "$3" -addext basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=serverAuth,clientAuth \
    -addext "subjectAltName=${4:-DNS:$1}" -keyout "$run/certs/$1.key" -out "$run/certs/$1.crt" 2>/dev/null
}

# access NAME USER [GROUP]: a token for a user, and the kubeconfig that holds it, $run/access/NAME.
access() {
  local token
  token=$(openssl rand -hex 16)
  printf '%s,%s,%s,"%s"\n' "$token" "$2" "$2" "${3:-}" >>"$run/tokens.csv"
  cat >"$run/access/$1" <<K
apiVersion: v1
kind: Config
clusters: [{name: cluster, cluster: {server: "https://$host:6443", certificate-authority: "$run/certs/cluster.crt"}}]
users: [{name: "$2", user: {token: "$token"}}]
contexts: [{name: cluster, context: {cluster: cluster, user: "$2"}}]
current-context: cluster
K
}

# make_credentials NODES
make_credentials() (
  umask 077
  mkdir "$run/certs" "$run/access"
  authority cluster
  certificate api cluster /CN=kube-apiserver "IP:$host,IP:127.0.0.1,IP:10.96.0.1,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local"
  certificate etcd cluster /CN=etcd IP:127.0.0.1
  # API server to kubelets, for exec and logs.
  certificate to-kubelet cluster /O=system:masters/CN=kube-apiserver
  # API server to metrics-server: it passes on who asks, so its authority signs nothing else.
  authority aggregation
  certificate aggregator aggregation /CN=aggregator
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 -out "$run/certs/accounts.key" 2>/dev/null
  openssl pkey -in "$run/certs/accounts.key" -pubout -out "$run/certs/accounts.pub"

  access admin admin system:masters
  access scheduler system:kube-scheduler
  access controllers system:kube-controller-manager
  access proxy system:kube-proxy
  access dns cluster-dns
  access metrics metrics-server
  for n in $(seq "$1"); do access "node-$n" "system:node:node-$n" system:nodes; done
  cp "$run/access/admin" "$run/kubeconfig"
)
