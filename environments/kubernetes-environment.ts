/** An environment on a Kubernetes cluster that exists, without AWS. */
import { z } from 'zod';
import type { Violation } from '../constructs/validation/violations';
import { applicationDeploymentSettings, programViolations } from './application-deployment-settings';
import { bitnamiViolations } from './bitnami-rules';
import { bitnamiClusterSettings, bitnamiSentinelSettings, type BitnamiSettings } from './bitnami-settings';
import { clusterServicesSettings } from './cluster-services-settings';
import { commonSettings, datasetMebibytes } from './common-settings';
import type { DeepReadonly } from './environment';
import { existingClusterSettings, existingClusterViolations } from './existing-cluster-settings';
import { postgresSettings } from './postgres-settings';
import { none } from './setting-forms';
import { stateSettings, stateViolations } from './state-settings';

/** It runs in the cluster already, in the namespace and with the service account that its chart has by default. */
const present = z.strictObject({ kind: z.literal('present') });

const installed = { kind: z.literal('installed') };

const { source, certManager, externalSecrets } = clusterServicesSettings.shape;

/** A program runs as many pods all the time: no autoscaler is assumed. */
const program = z.strictObject({
  replicas: z.int().min(2).max(200),
  resources: applicationDeploymentSettings.shape.api.shape.resources,
});

const application = applicationDeploymentSettings
  .omit({ hostName: true, gatewayRateLimit: true, api: true, worker: true })
  .extend({ api: program, worker: program });

export const kubernetesEnvironmentSchema = z.strictObject({
  ...commonSettings,
  platform: z.discriminatedUnion('kind', [bitnamiClusterSettings, bitnamiSentinelSettings]),
  capacity: z.strictObject({ datasetMebibytes }),
  kubernetes: existingClusterSettings,
  terraformState: stateSettings,
  clusterServices: z.strictObject({
    source,
    certManager: z.discriminatedUnion('kind', [certManager.extend(installed), present]),
    externalSecrets: z.discriminatedUnion('kind', [externalSecrets.extend(installed), present]),
  }),
  /** Backups are made of ElastiCache alone. */
  backup: none,
  database: postgresSettings,
  application,
});

export type KubernetesEnvironment = DeepReadonly<z.output<typeof kubernetesEnvironmentSchema>>;

/** Settings of the application in the form that its constructs take. */
export function programsOf({ application: settings }: Pick<KubernetesEnvironment, 'application'>) {
  const fixed = ({ replicas, resources }: typeof settings.api) => ({
    replicas: { minimum: replicas, maximum: replicas },
    resources,
  });
  return { ...settings, api: fixed(settings.api), worker: fixed(settings.worker) };
}

/** Cross-field validation rules. */
export function kubernetesEnvironmentViolations(environment: KubernetesEnvironment): Violation[] {
  const { name, platform, capacity, kubernetes, database } = environment;
  const { zones, redisNodes } = kubernetes;
  return [
    ...existingClusterViolations(kubernetes),
    ...stateViolations(environment.terraformState),
    ...bitnamiViolations(platform, {
      environment: name,
      zones,
      zonesSetting: 'kubernetes.zones',
      datasetMebibytes: capacity.datasetMebibytes,
      redisNodes,
    }),
    ...registriesAreNamed(environment),
    ...programViolations(programsOf(environment), {
      connections: database.maximumConnections,
      connectionsRemedy: 'Lower it or the number of replicas, or raise database.maximumConnections',
      zones,
      zonesSetting: 'kubernetes.zones',
    }),
  ];
}

type Registry = Extract<BitnamiSettings['images']['exporter'], { kind: 'mirror' }>['registry'];

/** `own` is ECR of the environment's account, and there is none. */
function registriesAreNamed({ platform, clusterServices }: KubernetesEnvironment): Violation[] {
  const { images, chart } = platform;
  const registries: readonly (readonly [string, Registry | undefined])[] = [
    ['platform.images.redis.registry', images.redis.kind === 'mirror' ? images.redis.registry : undefined],
    ['platform.images.exporter.registry', images.exporter.registry],
    ['platform.chart.source.registry', chart.source.kind === 'mirror' ? chart.source.registry : undefined],
    [
      'clusterServices.source.registry',
      clusterServices.source.kind === 'mirror' ? clusterServices.source.registry : undefined,
    ],
  ];
  return registries
    .filter(([, registry]) => registry?.kind === 'own')
    .map(([setting]) => ({
      setting: `${setting}.kind`,
      value: 'own',
      expected: 'other: the environment has no AWS account, whose registry this would be',
      remedy: "Set it to { kind: 'other', host: 'registry.example.com' }",
    }));
}
