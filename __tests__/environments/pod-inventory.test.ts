import { alloyValues, alloyWorkloads } from '../../constructs/observability/cluster/alloy-values';
import { grafanaValues, grafanaWorkloads } from '../../constructs/observability/cluster/grafana-values';
import { lokiValues, lokiWorkloads } from '../../constructs/observability/cluster/loki-values';
import { monitoringPodValues, monitoringWorkloads } from '../../constructs/observability/cluster/monitoring-values';
import { clusterValues, clusterWorkloads } from '../../constructs/bitnami/cluster-values';
import { sentinelValues, sentinelWorkloads } from '../../constructs/bitnami/sentinel-values';
import { imagesOf } from '../../constructs/bitnami/sources';
import { certManagerValues, certManagerWorkloads } from '../../constructs/cluster-services/cert-manager-values';
import {
  externalSecretsValues,
  externalSecretsWorkloads,
} from '../../constructs/cluster-services/external-secrets-values';
import { kedaValues, kedaWorkloads } from '../../constructs/cluster-services/keda-values';
import {
  loadBalancerControllerValues,
  loadBalancerControllerWorkloads,
} from '../../constructs/cluster-services/load-balancer-controller-values';
import { traefikValues, traefikWorkloads } from '../../constructs/cluster-services/traefik-values';
import type { ChartValues } from '../../constructs/kubernetes/chart-release';
import type { ChartWorkload } from '../../constructs/kubernetes/chart-workloads';
import { developmentEnvironment } from '../../environments/development';
import { podInventory } from '../../environments/pod-inventory';
import { productionEnvironment } from '../../environments/production';
import { stagingEnvironment } from '../../environments/staging';
import { applicationStackWith, stackProps } from '../support/application-stack';
import { bitnamiClusterTestSettings, bitnamiSentinelTestSettings } from '../support/bitnami-settings';
import { testClusterServices as services } from '../support/cluster-services';
import { workloads } from '../support/kubernetes-workloads';
import { testObservability } from '../support/observability';
import { testAccount as account } from '../support/synthesized-construct';

const watchers = { account, source: services.source, settings: testObservability };
const redis = (settings: typeof bitnamiClusterTestSettings | typeof bitnamiSentinelTestSettings) => ({
  images: imagesOf(settings, account),
  files: { programs: 'programs', configuration: 'configuration' },
});

/** Each chart's values, and where they say what pods request. */
const charts: [string, ChartValues, readonly ChartWorkload[]][] = [
  ['cert-manager', certManagerValues(services, account), certManagerWorkloads],
  ['external-secrets', externalSecretsValues(services, account), externalSecretsWorkloads],
  ['keda', kedaValues(services, account), kedaWorkloads],
  [
    'aws-load-balancer-controller',
    loadBalancerControllerValues(services, account, 'vpc-1'),
    loadBalancerControllerWorkloads,
  ],
  ['traefik', traefikValues(services, account, { networkCidr: '10.0.0.0/16' }), traefikWorkloads],
  ['kube-prometheus-stack', monitoringPodValues(watchers), monitoringWorkloads],
  ['loki', lokiValues({ ...watchers, bucket: 'logs' }), lokiWorkloads],
  ['alloy', alloyValues({ ...watchers, platform: { clusterName: 'test' } }), alloyWorkloads],
  ['grafana', grafanaValues({ ...watchers, dashboards: 'dashboards' }), grafanaWorkloads],
  [
    'redis-cluster',
    clusterValues({ settings: bitnamiClusterTestSettings, zones: 3, ...redis(bitnamiClusterTestSettings) }),
    clusterWorkloads,
  ],
  [
    'redis',
    sentinelValues({ settings: bitnamiSentinelTestSettings, ...redis(bitnamiSentinelTestSettings) }),
    sentinelWorkloads,
  ],
];

/** Paths of all that requests processors. Volumes request storage. */
function pathsOfRequests(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { requests } = value as { requests?: { cpu?: unknown } };
  if (requests?.cpu !== undefined) return [path];
  return Object.entries(value).flatMap(([key, child]) => pathsOfRequests(child, path === '' ? key : `${path}.${key}`));
}

test.each(charts)('every container of %s that requests something is in the inventory', (_, values, described) => {
  const inventoried = new Set(described.flatMap(({ containers }) => containers));
  expect([...inventoried].sort()).toEqual(pathsOfRequests(values).sort());
});

/** Requests of Deployments and Jobs as Terraform gets them, by the first part of their names. */
function synthesizedRequests(): Record<string, { replicas: number; cpu: string; memory: string }> {
  return Object.fromEntries(
    workloads(applicationStackWith()).map(({ metadata: { name }, spec }) => {
      const container = spec.template.spec.container[0] as unknown as {
        resources: { requests: { cpu: string; memory: string } };
      };
      const { cpu, memory } = container.resources.requests;
      return [name.split('-')[0] ?? '', { replicas: Number(spec.replicas ?? 1), cpu, memory }];
    }),
  );
}

test('pods of the application request what Terraform deploys', () => {
  const inventory = podInventory({ ...productionEnvironment, application: stackProps.settings });
  const ofApplication = inventory.filter(({ namespace }) => namespace === 'application');
  expect(
    Object.fromEntries(
      ofApplication.map(({ name, replicas, cpuMillicores, memoryMebibytes }) => [
        name,
        { replicas: replicas.minimum, cpu: `${cpuMillicores}m`, memory: `${memoryMebibytes}Mi` },
      ]),
    ),
  ).toEqual(synthesizedRequests());
});

test('there is no exercise where none runs', () => {
  const application = {
    ...productionEnvironment.application,
    exercise: { kind: 'none', reason: 'none here' } as const,
  };
  const names = podInventory({ ...productionEnvironment, application }).map(({ name }) => name);
  expect(names).toContain('migration');
  expect(names).not.toContain('exercise');
});

test.each([
  ['elasticache', productionEnvironment, []],
  ['bitnami-cluster', stagingEnvironment, ['redis 6 × 1050m 8320Mi on redis', 'redis-arrange 1 × 50m 64Mi on general']],
  ['bitnami-sentinel', developmentEnvironment, ['redis-node 3 × 325m 2240Mi on redis']],
] as const)('Redis on %s', (_, environment, expected) => {
  const pods = podInventory(environment).filter(({ namespace }) => namespace === 'redis');
  expect(
    pods.map(
      ({ name, replicas, cpuMillicores, memoryMebibytes, nodes }) =>
        `${name} ${replicas.maximum} × ${cpuMillicores}m ${memoryMebibytes}Mi on ${nodes}`,
    ),
  ).toEqual(expected);
});

test('what autoscaling bounds names its setting', () => {
  const scaled = podInventory(productionEnvironment).filter(({ replicas }) => replicas.minimum < replicas.maximum);
  expect(scaled.map(({ name, maximumSetting }) => [name, maximumSetting])).toEqual([
    ['traefik', 'clusterServices.gateway.maximumReplicas'],
    ['api', 'application.api.replicas.maximum'],
    ['worker', 'application.worker.replicas.maximum'],
  ]);
});
