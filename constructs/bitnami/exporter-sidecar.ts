/** The exporter of Redis' figures, beside each server. */
import { hardenedContainer, resources } from '../cluster-services/pods';
import { exporterArguments } from '../redis/exporter-login';
import { redisPorts } from './names';
import { certificateFiles, podPaths } from './pod-configuration';
import { volumeMount } from './pod-volumes';

/** Mebibytes: it keeps one scrape at a time. */
const memoryMebibytes = 64;

/** Name of its port, as a ServiceMonitor looks for it. */
export const exporterPortName = 'metrics';

/**
 * The container. It logs in as its own user, over TLS, and asks the server beside it alone: with `/scrape` it would ask any
 * server that somebody names, and log in there.
 */
export function exporterSidecar(image: string, { isCluster }: { readonly isCluster: boolean }) {
  return {
    name: 'exporter',
    image,
    imagePullPolicy: 'IfNotPresent',
    args: [
      ...exporterArguments(redisPorts.redis),
      `--redis.password-file=${podPaths.exporter}/passwords.json`,
      `--tls-ca-cert-file=${certificateFiles.authority}`,
      `--web.listen-address=:${redisPorts.exporter}`,
      '--disable-scrape-endpoint',
      ...(isCluster ? ['--is-cluster'] : []),
    ],
    ports: [{ name: exporterPortName, containerPort: redisPorts.exporter }],
    securityContext: hardenedContainer,
    resources: resources({ cpuMillicores: 25, memoryMebibytes }),
    livenessProbe: { tcpSocket: { port: exporterPortName }, periodSeconds: 30, timeoutSeconds: 5 },
    readinessProbe: { httpGet: { path: '/health', port: exporterPortName }, periodSeconds: 30, timeoutSeconds: 5 },
    volumeMounts: [volumeMount('exporter'), volumeMount('certificates')],
  };
}
