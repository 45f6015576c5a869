/**
 * Policy: what serves says whether it can, and whether it lives. Source: `no-readiness-probe` and `no-liveness-probe` of
 * kube-linter; `pod-probes` of kube-score, which refuses two that are the same.
 */
import { block, type Block, type WorkloadContainer, type WorkloadPolicy } from './workload';

export const serversHaveProbes: WorkloadPolicy = {
  explanation: 'Requests go to pods that cannot answer, and those that never will again are kept',
  problems: ({ isServer, containers }) =>
    isServer ? containers.filter(({ isInitial }) => !isInitial).flatMap(problemsOf) : [],
};

function problemsOf({ name, arguments: container }: WorkloadContainer): string[] {
  const { readiness_probe: readiness, liveness_probe: liveness } = container;
  return [
    ...(readiness === undefined ? [`container '${name}' doesn't say when it is ready; set readiness_probe`] : []),
    ...(liveness === undefined ? [`container '${name}' doesn't say that it lives; set liveness_probe`] : []),
    ...(readiness !== undefined && question(block(readiness)) === question(block(liveness))
      ? [`container '${name}' is ended when it is only not ready; ask another question in liveness_probe`]
      : []),
  ];
}

/** What is asked, however often. */
function question({ exec, grpc, http_get: httpGet, tcp_socket: tcpSocket }: Block): string {
  return JSON.stringify([exec, grpc, httpGet, tcpSocket]);
}
