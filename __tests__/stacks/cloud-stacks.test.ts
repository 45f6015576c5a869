import { developmentEnvironment } from '../../environments/development';
import { productionEnvironment } from '../../environments/production';
import { stagingEnvironment } from '../../environments/staging';
import { checkedResources, goneFrom } from '../../review/checkov-assessment';
import { checkovSkips } from '../../review/checkov-skips';
import { machinesTestSettings } from '../support/machines-settings';
import { serverlessTestSettings } from '../support/elasticache-serverless';
import { synthesize, type SynthesizedStack } from '../support/synthesized';

const zonesOfMachines = productionEnvironment.network.zones.map((zone) => ({ zone, generation: 1 }));

const { stacks, dependencies } = synthesize(productionEnvironment);

test('production has these stacks, and each waits for those it needs', () => {
  expect(Object.fromEntries(Object.entries(dependencies).map(([name, needed]) => [name, [...needed].sort()]))).toEqual({
    'production-terraform-state': [],
    'production-alerts': ['production-terraform-state'],
    'production-network': ['production-terraform-state'],
    'production-kubernetes': ['production-network'],
    'production-kubernetes-storage': ['production-kubernetes'],
    'production-cluster-services': ['production-kubernetes', 'production-kubernetes-storage', 'production-network'],
    'production-redis': ['production-alerts', 'production-kubernetes', 'production-network'],
    'production-backup': ['production-alerts', 'production-redis'],
    'production-database': ['production-alerts', 'production-kubernetes', 'production-network'],
    'production-observability': ['production-alerts', 'production-cluster-services', 'production-kubernetes'],
    'production-application': [
      'production-alerts',
      'production-cluster-services',
      'production-database',
      'production-kubernetes',
      'production-observability',
      'production-redis',
    ],
  });
});

/** Without CDKTF's own notes on each resource. */
const withoutMetadata = (stack: unknown): unknown =>
  JSON.parse(JSON.stringify(stack, (key, value: unknown) => (key === '//' ? undefined : value)));

test.each(Object.entries(stacks))('%s', (_, stack) => {
  expect(withoutMetadata(stack)).toMatchSnapshot();
});

test.each(Object.entries(stacks))('%s keeps its state in the bucket of the environment, with a lock', (name, stack) => {
  expect(stack.terraform.backend).toEqual({
    s3: {
      bucket: 'production-tfstate-111122223333-us-east-1',
      key: `${name}/terraform.tfstate`,
      region: 'us-east-1',
      encrypt: true,
      kms_key_id: 'arn:aws:kms:us-east-1:111122223333:alias/production-terraform-state',
      allowed_account_ids: ['111122223333'],
      use_lockfile: true,
    },
  });
});

/** Names of the dashboards that Grafana is given. */
const dashboardsOf = (stack: SynthesizedStack | undefined) =>
  Object.values(stack?.resource.kubernetes_config_map_v1 ?? {}).flatMap((map) =>
    Object.keys((map as unknown as { readonly data: object }).data),
  );

test('there are dashboards of what there is', () => {
  expect(dashboardsOf(stacks['production-observability'])).toEqual([
    'production-redis-application.json',
    'production-redis-backups.json',
    'production-redis-elasticache.json',
  ]);
  const { stacks: serverless } = synthesize({
    ...productionEnvironment,
    platform: serverlessTestSettings,
    capacity: { datasetMebibytes: 5_000 },
    backup: { kind: 'none', reason: 'snapshots of its own are kept' },
  });
  expect(dashboardsOf(serverless['production-observability'])).toEqual(['production-redis-application.json']);
});

test('Redis on machines of EC2 takes the place of ElastiCache', () => {
  const { stacks: others } = synthesize({
    ...productionEnvironment,
    platform: { ...machinesTestSettings, machines: zonesOfMachines },
    capacity: { datasetMebibytes: 5_000 },
    backup: { kind: 'none', reason: 'snapshots of the volumes are kept' },
  });
  expect(Object.keys(others)).toEqual(Object.keys(stacks).filter((name) => name !== 'production-backup'));
  expect(others['production-redis']?.resource).toHaveProperty('aws_instance');
});

describe.each([
  ['staging', stagingEnvironment],
  ['development', developmentEnvironment],
])('%s, on Redis of its own in Kubernetes', (environment, settings) => {
  const synthesized = synthesize(settings);

  test('has the same stacks but that of backups, and Redis waits for what issues its certificates', () => {
    expect(Object.keys(synthesized.stacks)).toEqual(
      Object.keys(stacks)
        .filter((name) => name !== 'production-backup')
        .map((name) => name.replace('production', environment)),
    );
    expect([...(synthesized.dependencies[`${environment}-redis`] ?? [])].sort()).toEqual(
      ['alerts', 'cluster-services', 'kubernetes'].map((name) => `${environment}-${name}`),
    );
  });

  // The others are production's with other sizes.
  test.each(['redis', 'observability', 'application'])('the stack %s', (name) => {
    expect(withoutMetadata(synthesized.stacks[`${environment}-${name}`])).toMatchSnapshot();
  });
});

test('whatever a check of Checkov is skipped for is there', () => {
  const there = Object.entries({
    ...stacks,
    ...synthesize(stagingEnvironment).stacks,
    ...synthesize(developmentEnvironment).stacks,
  }).flatMap(([name, stack]) => checkedResources(name, stack));
  expect(goneFrom(there, checkovSkips)).toEqual([]);
});

test('without backups there is no stack for them', () => {
  const { stacks: without } = synthesize({
    ...productionEnvironment,
    backup: { kind: 'none', reason: 'the data is made up' },
  });
  expect(Object.keys(without)).not.toContain('production-backup');
});
