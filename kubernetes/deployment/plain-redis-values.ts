/** Values of Bitnami's two charts, as this project sets them, in one form: what is needed to make their objects without them. */
import { z } from 'zod';

const json = z.record(z.string(), z.unknown());
const list = z.array(json);

const container = z.object({
  command: z.array(z.string()),
  args: z.array(z.string()),
  extraEnvVars: list,
  customStartupProbe: json,
  customLivenessProbe: json,
  customReadinessProbe: json,
  lifecycleHooks: json,
  resources: json,
  extraVolumeMounts: list,
});

/** What a chart asks for of one container. */
export type ContainerValues = z.output<typeof container>;

const pod = container.extend({
  priorityClassName: z.string(),
  affinity: json,
  nodeSelector: json.optional(),
  tolerations: list.optional(),
  topologySpreadConstraints: list,
  sidecars: list,
  extraVolumes: list,
  updateStrategy: json,
  podManagementPolicy: z.string(),
});

/** Switched on: `enabled` is the charts', the rest Kubernetes'. */
const switched = z.looseObject({ enabled: z.literal(true) }).transform(({ enabled: _, ...others }) => others);

const image = z.object({
  registry: z.string(),
  repository: z.string(),
  tag: z.string(),
  digest: z.string().optional(),
});

const persistence = z.object({ path: z.string(), storageClass: z.string(), size: z.string() });

const shared = {
  image,
  tls: z.object({ existingSecret: z.string() }),
  serviceAccount: z.object({ name: z.string() }),
};

const budget = z.object({ maxUnavailable: z.int() });

const clusterChart = z.object({
  ...shared,
  cluster: z.object({ nodes: z.int() }),
  existingSecret: z.string(),
  existingSecretPasswordKey: z.string(),
  persistence,
  persistentVolumeClaimRetentionPolicy: switched,
  podSecurityContext: switched,
  containerSecurityContext: switched,
  service: z.object({ ports: z.object({ redis: z.int() }) }),
  pdb: budget,
  redis: pod.extend({
    containerPorts: z.object({ redis: z.int(), bus: z.int() }),
    terminationGracePeriodSeconds: z.int(),
  }),
});

const sentinelChart = z.object({
  ...shared,
  auth: z.object({ existingSecret: z.string(), existingSecretPasswordKey: z.string() }),
  replica: pod.extend({
    replicaCount: z.int(),
    containerPorts: z.object({ redis: z.int() }),
    podSecurityContext: switched,
    containerSecurityContext: switched,
    persistence,
    pdb: budget,
  }),
  sentinel: container.extend({
    containerPorts: z.object({ sentinel: z.int() }),
    containerSecurityContext: switched,
    terminationGracePeriodSeconds: z.int(),
    persistence: json,
    persistentVolumeClaimRetentionPolicy: switched,
    service: z.object({ ports: z.object({ redis: z.int(), sentinel: z.int() }) }),
  }),
});

interface Port {
  readonly name: string;
  readonly port: number;
}

export interface RedisValues {
  /** Last part of the StatefulSet's name, after that of the release. */
  readonly suffix: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly replicas: number;
  readonly image: z.output<typeof image>;
  readonly certificateSecret: string;
  readonly password: { readonly secret: string; readonly key: string };
  readonly account: string;
  readonly pod: z.output<typeof pod>;
  readonly podSecurity: object;
  readonly containerSecurity: object;
  readonly terminationGracePeriodSeconds: number;
  readonly persistence: z.output<typeof persistence>;
  readonly claimRetention: object;
  readonly maxUnavailable: number;
  /** Of the folder for temporary files. */
  readonly emptyDir: object;
  /** Of the server's container. */
  readonly serverPorts: readonly Port[];
  readonly headlessPorts: readonly Port[];
  readonly servicePorts: readonly Port[];
  readonly sentinel?: { readonly values: ContainerValues; readonly security: object; readonly port: number };
}

function clusterValues(values: unknown): RedisValues {
  const { redis, cluster, ...others } = clusterChart.parse(values);
  const ports = [
    { name: 'tcp-redis', port: redis.containerPorts.redis },
    { name: 'tcp-redis-bus', port: redis.containerPorts.bus },
  ];
  return {
    suffix: '',
    labels: { 'app.kubernetes.io/name': 'redis-cluster' },
    replicas: cluster.nodes,
    image: others.image,
    certificateSecret: others.tls.existingSecret,
    password: { secret: others.existingSecret, key: others.existingSecretPasswordKey },
    account: others.serviceAccount.name,
    pod: redis,
    podSecurity: others.podSecurityContext,
    containerSecurity: others.containerSecurityContext,
    terminationGracePeriodSeconds: redis.terminationGracePeriodSeconds,
    persistence: others.persistence,
    claimRetention: others.persistentVolumeClaimRetentionPolicy,
    maxUnavailable: others.pdb.maxUnavailable,
    emptyDir: {},
    serverPorts: ports,
    headlessPorts: ports,
    servicePorts: [{ name: 'tcp-redis', port: others.service.ports.redis }],
  };
}

function sentinelValues(values: unknown): RedisValues {
  const { replica, sentinel, auth, ...others } = sentinelChart.parse(values);
  const sentinelPort = sentinel.containerPorts.sentinel;
  return {
    suffix: '-node',
    labels: { 'app.kubernetes.io/name': 'redis', 'app.kubernetes.io/component': 'node' },
    replicas: replica.replicaCount,
    image: others.image,
    certificateSecret: others.tls.existingSecret,
    password: { secret: auth.existingSecret, key: auth.existingSecretPasswordKey },
    account: others.serviceAccount.name,
    pod: replica,
    podSecurity: replica.podSecurityContext,
    containerSecurity: replica.containerSecurityContext,
    terminationGracePeriodSeconds: sentinel.terminationGracePeriodSeconds,
    persistence: replica.persistence,
    claimRetention: sentinel.persistentVolumeClaimRetentionPolicy,
    maxUnavailable: replica.pdb.maxUnavailable,
    emptyDir: sentinel.persistence,
    serverPorts: [{ name: 'redis', port: replica.containerPorts.redis }],
    headlessPorts: [
      { name: 'tcp-redis', port: replica.containerPorts.redis },
      { name: 'tcp-sentinel', port: sentinelPort },
    ],
    servicePorts: [
      { name: 'tcp-redis', port: sentinel.service.ports.redis },
      { name: 'tcp-sentinel', port: sentinel.service.ports.sentinel },
    ],
    sentinel: { values: sentinel, security: sentinel.containerSecurityContext, port: sentinelPort },
  };
}

const readers: Readonly<Record<string, (values: unknown) => RedisValues>> = {
  'redis-cluster': clusterValues,
  redis: sentinelValues,
};

/** Whether objects of this chart can be made without it. */
export const isRedisChart = (chart: string) => Object.hasOwn(readers, chart);

/** @throws Error for another chart; ZodError for values that this project doesn't set so */
export function redisValues(chart: string, values: unknown): RedisValues {
  const read = Object.hasOwn(readers, chart) ? readers[chart] : undefined;
  if (read) return read(values);
  throw new Error(`the objects of the chart ${chart} can't be made without it: name a folder of charts by CHARTS`);
}
