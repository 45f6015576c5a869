# shellcheck shell=bash disable=SC2154 # sourced: others set what it uses
# etcd, the API server, scheduler, controllers, DNS and metrics-server: processes of this machine, on the bridge's address or on loopback.

readonly etcd_client=127.0.0.1:13379 etcd_peer=127.0.0.1:13380

# wait_for SECONDS NAME COMMAND…: until the command succeeds; fails if the process ends before, or when the time is over.
wait_for() {
  local deadline=$((SECONDS + $1)) name=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [[ -n $(pid_of "$name") ]] || { end_of_log "$name"; fail "$name ended instead of starting"; }
    ((SECONDS < deadline)) || { end_of_log "$name"; fail "$name did not start in time: '$*' still fails"; }
    sleep 0.5
  done
}

# Data are lost with the machine, so nothing waits for the disk. Without a client's certificate nothing reads the Secrets in it.
start_etcd() {
  local tls=(--cert-file "$run/certs/etcd.crt" --key-file "$run/certs/etcd.key" --trusted-ca-file "$run/certs/cluster.crt" --client-cert-auth
    --peer-cert-file "$run/certs/etcd.crt" --peer-key-file "$run/certs/etcd.key" --peer-trusted-ca-file "$run/certs/cluster.crt" --peer-client-cert-auth)
  begin etcd etcd --data-dir "$run/etcd" --unsafe-no-fsync --logger zap --log-level error --listen-client-urls "https://$etcd_client" \
    --advertise-client-urls "https://$etcd_client" --listen-peer-urls "https://$etcd_peer" --initial-advertise-peer-urls "https://$etcd_peer" \
    --initial-cluster "default=https://$etcd_peer" "${tls[@]}"
}

start_api_server() {
  local store=(--etcd-servers="https://$etcd_client" --etcd-cafile="$run/certs/cluster.crt" --etcd-certfile="$run/certs/etcd.crt" --etcd-keyfile="$run/certs/etcd.key")
  local clients=(--token-auth-file="$run/tokens.csv" --client-ca-file="$run/certs/cluster.crt" "--authorization-mode=Node,RBAC"
    --enable-admission-plugins=NodeRestriction --service-account-key-file="$run/certs/accounts.pub"
    --service-account-signing-key-file="$run/certs/accounts.key" --service-account-issuer=https://kubernetes.default.svc)
  local kubelets=(--kubelet-preferred-address-types=InternalIP --kubelet-client-certificate="$run/certs/to-kubelet.crt"
    --kubelet-client-key="$run/certs/to-kubelet.key")
  # This machine has no kube-proxy, so the API server asks the endpoint of metrics-server rather than its Service.
  local aggregation=(--enable-aggregator-routing=true --requestheader-client-ca-file="$run/certs/aggregation.crt" --requestheader-allowed-names=aggregator
    --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group --requestheader-extra-headers-prefix=X-Remote-Extra-
    --proxy-client-cert-file="$run/certs/aggregator.crt" --proxy-client-key-file="$run/certs/aggregator.key")
  begin api-server "$bin/kube-apiserver" --bind-address="$host" --advertise-address="$host" --secure-port=6443 --profiling=false \
    --tls-cert-file="$run/certs/api.crt" --tls-private-key-file="$run/certs/api.key" --service-cluster-ip-range=10.96.0.0/16 --allow-privileged=true \
    "${store[@]}" "${clients[@]}" "${kubelets[@]}" "${aggregation[@]}"
  wait_for 120 api-server "$bin/kubectl" get --raw /readyz
}

# A node counts as lost 20 seconds after its last report, instead of 50.
start_controllers() {
  begin scheduler "$bin/kube-scheduler" --kubeconfig "$run/access/scheduler" --leader-elect=false --bind-address=127.0.0.1 --secure-port=0
  begin controllers "$bin/kube-controller-manager" --kubeconfig "$run/access/controllers" --leader-elect=false --bind-address=127.0.0.1 --secure-port=0 \
    --use-service-account-credentials --service-account-private-key-file="$run/certs/accounts.key" --root-ca-file="$run/certs/cluster.crt" \
    --node-monitor-grace-period=20s --controllers='*,-nodeipam,-cloud-node-lifecycle-controller,-service-lb-controller,-node-route-controller'
}

start_dns() {
  cat >"$run/Corefile" <<C
.:53 {
  bind $host
  errors
  kubernetes cluster.local in-addr.arpa {
    kubeconfig $run/access/dns
    pods insecure
    ttl 5
  }
  cache 5
}
C
  begin dns "$bin/coredns" -conf "$run/Corefile"
}

start_metrics_server() {
  begin metrics-server "$bin/metrics-server" --bind-address="$host" --secure-port=4443 --cert-dir="$run/certs/metrics-server" \
    --kubeconfig="$run/access/metrics" --authentication-kubeconfig="$run/access/metrics" --authorization-kubeconfig="$run/access/metrics" \
    --kubelet-insecure-tls --kubelet-preferred-address-types=InternalIP --metric-resolution=15s
}

start_control_plane() {
  start_etcd
  start_api_server
  start_controllers
  "$bin/kubectl" apply -f "$here/cluster/system.yaml" >/dev/null
  start_dns
  start_metrics_server
}
