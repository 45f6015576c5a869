/**
 * Redis without Bitnami's charts: what they would make of the same values, as far as it is used. Configuration, probes, start
 * and stop are this project's own and come by the values; a test compares with the charts where they are at hand.
 */
import { podPaths } from '../../constructs/bitnami/pod-configuration';
import { imageName } from '../../constructs/bitnami/sources';
import { redisValues, type ContainerValues, type RedisValues } from './plain-redis-values';
import type { Manifest } from './manifests/manifest';

export interface PlainRedisProps {
  /** Name of the release. */
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  /** Of the release, parsed. */
  readonly values: unknown;
}

/** Names of volumes as the charts have them; sidecars mount them. */
const volumes = {
  password: 'redis-password',
  data: 'redis-data',
  certificates: 'redis-certificates',
  scratch: 'empty-dir',
} as const;

/** Mode of the files of the certificate; the group of the pod may read them as well. */
const certificateMode = 0o400;

/** The disruption budget, the service account, both services and the StatefulSet. @throws Error for a chart that isn't one of Redis */
export function plainRedis({ name, namespace, chart, values }: PlainRedisProps): readonly Manifest[] {
  const redis = redisValues(chart, values);
  const instance = { 'app.kubernetes.io/instance': name };
  const labels = { ...instance, ...redis.labels };
  const selector = { matchLabels: labels };
  const object = (apiVersion: string, kind: string, own: string, members: object): Manifest => ({
    ...{ apiVersion, kind, metadata: { name: own, namespace, labels } },
    ...members,
  });
  const ports = (list: RedisValues['servicePorts']) => list.map((port) => ({ ...port, targetPort: port.port }));
  return [
    object('policy/v1', 'PodDisruptionBudget', `${name}${redis.suffix}`, {
      spec: { maxUnavailable: redis.maxUnavailable, selector },
    }),
    object('v1', 'ServiceAccount', redis.account, { automountServiceAccountToken: false }),
    object('v1', 'Service', `${name}-headless`, {
      spec: {
        type: 'ClusterIP',
        clusterIP: 'None',
        publishNotReadyAddresses: true,
        ports: ports(redis.headlessPorts),
        selector: { ...instance, 'app.kubernetes.io/name': chart },
      },
    }),
    object('v1', 'Service', name, {
      spec: { type: 'ClusterIP', ports: ports(redis.servicePorts), selector: labels },
    }),
    object('apps/v1', 'StatefulSet', `${name}${redis.suffix}`, {
      spec: {
        replicas: redis.replicas,
        serviceName: `${name}-headless`,
        selector,
        podManagementPolicy: redis.pod.podManagementPolicy,
        updateStrategy: redis.pod.updateStrategy,
        persistentVolumeClaimRetentionPolicy: redis.claimRetention,
        template: { metadata: { labels }, spec: podSpec(redis) },
        volumeClaimTemplates: [claimTemplate(redis, labels)],
      },
    }),
  ];
}

function podSpec(redis: RedisValues) {
  const { pod } = redis;
  return {
    serviceAccountName: redis.account,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: redis.podSecurity,
    priorityClassName: pod.priorityClassName,
    affinity: pod.affinity,
    nodeSelector: pod.nodeSelector,
    tolerations: pod.tolerations,
    topologySpreadConstraints: pod.topologySpreadConstraints,
    terminationGracePeriodSeconds: redis.terminationGracePeriodSeconds,
    containers: [server(redis), ...(redis.sentinel ? [sentinel(redis, redis.sentinel)] : []), ...pod.sidecars],
    volumes: [
      {
        name: volumes.password,
        secret: { secretName: redis.password.secret, items: [{ key: redis.password.key, path: 'redis-password' }] },
      },
      {
        name: volumes.certificates,
        secret: { secretName: redis.certificateSecret, defaultMode: certificateMode },
      },
      { name: volumes.scratch, emptyDir: redis.emptyDir },
      ...pod.extraVolumes,
    ],
  };
}

const server = (redis: RedisValues) =>
  container(redis, {
    name: 'redis',
    values: redis.pod,
    security: redis.containerSecurity,
    ports: redis.serverPorts,
  });

const sentinel = (redis: RedisValues, { values, security, port }: NonNullable<RedisValues['sentinel']>) =>
  container(redis, {
    name: 'sentinel',
    values,
    security,
    ports: [{ name: 'redis-sentinel', port }],
  });

interface ContainerProps {
  readonly name: string;
  readonly values: ContainerValues;
  readonly security: object;
  readonly ports: RedisValues['serverPorts'];
}

function container({ image, persistence }: RedisValues, { name, values, security, ports }: ContainerProps) {
  return {
    name,
    image: nameOf(image),
    imagePullPolicy: 'IfNotPresent',
    command: values.command,
    args: values.args,
    env: [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }, ...values.extraEnvVars],
    ports: ports.map((port) => ({ name: port.name, containerPort: port.port })),
    startupProbe: values.customStartupProbe,
    livenessProbe: values.customLivenessProbe,
    readinessProbe: values.customReadinessProbe,
    lifecycle: values.lifecycleHooks,
    resources: values.resources,
    securityContext: security,
    volumeMounts: [
      { name: volumes.password, mountPath: podPaths.keeper },
      { name: volumes.data, mountPath: persistence.path },
      // For what bash writes to a file of its own.
      { name: volumes.scratch, mountPath: '/tmp', subPath: 'tmp-dir' },
      { name: volumes.certificates, mountPath: podPaths.certificates, readOnly: true },
      ...values.extraVolumeMounts,
    ],
  };
}

const nameOf = ({ digest, ...image }: RedisValues['image']) =>
  imageName({ ...image, ...(digest !== undefined && { digest }) });

const claimTemplate = ({ persistence }: RedisValues, labels: Readonly<Record<string, string>>) => ({
  metadata: { name: volumes.data, labels },
  spec: {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: persistence.size } },
    storageClassName: persistence.storageClass,
  },
});
