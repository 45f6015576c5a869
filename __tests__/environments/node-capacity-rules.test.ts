import type { CloudEnvironment } from '../../environments/cloud-environment';
import { developmentEnvironment } from '../../environments/development';
import { nodeCapacityViolations } from '../../environments/node-capacity-rules';
import { productionEnvironment } from '../../environments/production';
import { stagingEnvironment } from '../../environments/staging';
import { bitnamiClusterTestSettings, bitnamiSentinelTestSettings } from '../support/bitnami-settings';
import { serverlessTestSettings } from '../support/elasticache-serverless';
import { machinesTestSettings } from '../support/machines-settings';

type Nodes = CloudEnvironment['kubernetes']['generalNodes'];

const withGeneralNodes = (environment: CloudEnvironment, change: Partial<Nodes>): CloudEnvironment => ({
  ...environment,
  kubernetes: { ...environment.kubernetes, generalNodes: { ...environment.kubernetes.generalNodes, ...change } },
});

const withRedisNodes = (environment: CloudEnvironment, change: Partial<Nodes>): CloudEnvironment => ({
  ...environment,
  kubernetes: {
    ...environment.kubernetes,
    redisNodes: { kind: 'dedicated', instanceType: 'r7g.large', perZone: 2, volumeGibibytes: 30, ...change },
  },
});

const withMaxima = (environment: CloudEnvironment, maximum: number): CloudEnvironment => {
  const { application, clusterServices } = environment;
  const program = <Settings extends { replicas: { minimum: number } }>(settings: Settings) => ({
    ...settings,
    replicas: { ...settings.replicas, maximum },
  });
  return {
    ...environment,
    application: { ...application, api: program(application.api), worker: program(application.worker) },
    clusterServices: {
      ...clusterServices,
      gateway: { ...clusterServices.gateway, maximumReplicas: maximum },
    },
  };
};

const settingsOf = (environment: CloudEnvironment) =>
  nodeCapacityViolations(environment).map(({ setting, expected }) => [setting, expected.split(';')[0]]);

test.each([productionEnvironment, stagingEnvironment, developmentEnvironment])(
  'all pods of $name fit its nodes',
  (environment) => {
    expect(nodeCapacityViolations(environment)).toEqual([]);
  },
);

test('maxima that do not fit are refused, with what would', () => {
  const [violation, ...others] = nodeCapacityViolations(
    withGeneralNodes(productionEnvironment, { instanceType: 'm7g.large' }),
  );
  expect(others).toEqual([]);
  expect(violation).toEqual({
    setting: 'kubernetes.generalNodes',
    value: { instanceType: 'm7g.large', perZone: 2 },
    expected:
      'nodes that hold all pods at the maxima of replicas with all zones; 91 pods request 15530 millicores and ' +
      '32250 MiB of 6 nodes with 1750 millicores, 6783 MiB and 25 pods each, and 24 find no place ' +
      '(api 10, worker 13, exercise 1)',
    remedy:
      'Set kubernetes.generalNodes.perZone to 5, or set kubernetes.generalNodes.instanceType to m7g.xlarge, or lower ' +
      'clusterServices.gateway.maximumReplicas to 4, application.api.replicas.maximum to 4, ' +
      'application.worker.replicas.maximum to 4',
  });
});

test('what the remedy names is accepted, and one less is not', () => {
  const large = withGeneralNodes(productionEnvironment, { instanceType: 'm7g.large' });
  expect(settingsOf(withGeneralNodes(large, { perZone: 5 }))).toEqual([]);
  expect(settingsOf(withGeneralNodes(large, { instanceType: 'm7g.xlarge' }))).toEqual([]);
  expect(settingsOf(withMaxima(large, 4))).toEqual([]);
  expect(settingsOf(withGeneralNodes(large, { perZone: 4 }))).toHaveLength(1);
  expect(settingsOf(withMaxima(large, 5))).toHaveLength(1);
});

test.each([
  ['minima, with all zones', { perZone: 1 }, 'nodes that hold all pods at the minima of replicas with all zones'],
  [
    'minima, with a zone lost',
    { instanceType: 'c7g.large', perZone: 3 },
    'nodes that hold all pods at the minima of replicas with a zone lost',
  ],
  ['maxima, with all zones', { perZone: 3 }, 'nodes that hold all pods at the maxima of replicas with all zones'],
  ['maxima, with a zone lost', { perZone: 4 }, 'nodes that hold all pods at the maxima of replicas with a zone lost'],
])('the first situation that fails is named: %s', (_, change, expected) => {
  const environment = withGeneralNodes(productionEnvironment, { instanceType: 'm7g.large', ...change });
  expect(settingsOf(environment)).toEqual([['kubernetes.generalNodes', expected]]);
});

test('where not even the minima fit, no lower maxima are offered', () => {
  const [violation] = nodeCapacityViolations(withGeneralNodes(stagingEnvironment, { perZone: 1 }));
  expect(violation?.remedy).toBe(
    'Set kubernetes.generalNodes.perZone to 2, or set kubernetes.generalNodes.instanceType to m7g.xlarge',
  );
});

test.each(['kubernetes.generalNodes', 'kubernetes.redisNodes'])('an unknown type of %s is refused', (setting) => {
  const change = { instanceType: 'm8i.large' };
  const environment =
    setting === 'kubernetes.redisNodes'
      ? withRedisNodes(stagingEnvironment, change)
      : withGeneralNodes(stagingEnvironment, change);
  const [violation, ...others] = nodeCapacityViolations(environment);
  expect(others).toEqual([]);
  expect(violation).toMatchObject({ setting: `${setting}.instanceType`, value: 'm8i.large' });
  expect(violation?.expected).toContain('m7g, ');
  expect(violation?.remedy).toBe('Choose one of these, or add its size to constructs/kubernetes/instance-sizes.ts');
});

/** Redis' memory alone fits: its sidecars (128 MiB) and the daemons (120 MiB) have to, too. */
test.each([
  [14_233, []],
  [14_234, ['kubernetes.redisNodes']],
])('Redis with %i MiB beside sidecars and daemons on r7g.large', (memoryMebibytes, expected) => {
  const { platform } = stagingEnvironment;
  if (platform.kind !== 'bitnami-cluster') throw new Error('staging has another platform');
  const environment = { ...stagingEnvironment, platform: { ...platform, memoryMebibytes } };
  expect(settingsOf(environment).map(([setting]) => setting)).toEqual(expected);
});

test('processors of Redis count, too', () => {
  const { platform } = developmentEnvironment;
  if (platform.kind !== 'bitnami-sentinel') throw new Error('development has another platform');
  const environment = { ...developmentEnvironment, platform: { ...platform, cpuMillicores: 700 } };
  const [violation] = nodeCapacityViolations(environment);
  expect(violation).toMatchObject({
    setting: 'kubernetes.redisNodes',
    remedy: 'Set kubernetes.redisNodes.instanceType to r7g.large',
  });
});

test.each([
  ['elasticache', productionEnvironment.platform],
  ['elasticache-serverless', serverlessTestSettings],
  ['bitnami-cluster', bitnamiClusterTestSettings],
  ['bitnami-sentinel', bitnamiSentinelTestSettings],
  ['machines', machinesTestSettings],
] as const)('the rule covers %s', (kind, platform) => {
  expect(platform.kind).toBe(kind);
  const environment = withRedisNodes({ ...productionEnvironment, platform }, {});
  expect(nodeCapacityViolations(environment)).toEqual([]);
  const smaller = withGeneralNodes(environment, { perZone: 1 });
  expect(nodeCapacityViolations(smaller).map(({ setting }) => setting)).toEqual(['kubernetes.generalNodes']);
});
