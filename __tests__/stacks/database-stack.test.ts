import type { ManagedDatabaseEndpoint } from '../../constructs/database/endpoint';
import type { DatabaseSettings } from '../../environments/database-settings';
import { DatabaseStack, type DatabaseStackProps, type DatabaseValue } from '../../stacks/database-stack';
import { auroraEngine, rdsEngine, rdsSettings, serverless, testNetwork } from '../support/database-settings';
import { messageOf, resourceOf, resourcesOf, synthesizeStack, testAccount } from '../support/synthesized-construct';

const reason = 'a test of what is switched off';

let value: DatabaseValue | undefined;

function stackWith(settings: Partial<DatabaseSettings> = {}, props: Partial<DatabaseStackProps> = {}) {
  return synthesizeStack((app) => {
    const stack = new DatabaseStack(app, 'test-database', {
      account: testAccount,
      settings: { ...rdsSettings, ...settings },
      network: testNetwork,
      clients: { nodes: 'sg-nodes' },
      topicArn: 'arn:aws:sns:eu-central-1:111122223333:test-alarms',
      ...props,
    });
    value = stack.database;
    return stack;
  });
}

const rds = stackWith();
const aurora = stackWith({ engine: auroraEngine });

test.each([
  ['RDS', rds],
  ['Aurora', aurora],
])('the stack with %s', (_, stack) => {
  expect(stack).toMatchSnapshot();
});

describe.each([
  ['RDS', rds, 'aws_db_instance'],
  ['Aurora', aurora, 'aws_rds_cluster'],
])('%s', (_, stack, type) => {
  const server = resourceOf(stack, type);

  test('is encrypted with its own key, at rest and in its logs', () => {
    expect(server).toMatchObject({
      storage_encrypted: true,
      kms_key_id: key(),
      performance_insights_kms_key_id: key(),
    });
    for (const group of Object.values(resourcesOf(stack, 'aws_cloudwatch_log_group'))) {
      expect(group).toMatchObject({ kms_key_id: key(), retention_in_days: 365 });
    }
  });

  test('has an administrator whose password is made by RDS, and logins by IAM', () => {
    expect(server).toMatchObject({
      manage_master_user_password: true,
      master_user_secret_kms_key_id: key(),
      iam_database_authentication_enabled: true,
    });
    expect(JSON.stringify(stack)).not.toMatch(/"(master_)?password(_wo)?"/);
  });

  test('is kept from destruction, with a last snapshot of a name that is never used again', () => {
    expect(server).toMatchObject({
      deletion_protection: true,
      skip_final_snapshot: false,
      delete_automated_backups: false,
      final_snapshot_identifier: expect.stringMatching(
        /^test-postgres-final-\$\{substr\(terraform_data\.\w+_incarnation_\w+\.id, 0, 8\)\}$/,
      ) as string,
      lifecycle: { prevent_destroy: true },
    });
  });

  test('exports its logs to groups that are there before it', () => {
    const groups = Object.entries(resourcesOf(stack, 'aws_cloudwatch_log_group'));
    const logs = groups.map(([, { name }]) => String(name).split('/').at(-1));
    expect([...(server.enabled_cloudwatch_logs_exports as string[])].sort()).toEqual(logs.sort());
    expect(server.depends_on).toEqual(
      expect.arrayContaining(groups.map(([name]) => `aws_cloudwatch_log_group.${name}`)),
    );
  });

  test('is reached by the given security groups alone', () => {
    expect(resourceOf(stack, 'aws_vpc_security_group_ingress_rule')).toMatchObject({
      referenced_security_group_id: 'sg-nodes',
      ip_protocol: 'tcp',
      from_port: 5432,
      to_port: 5432,
    });
    expect(resourceOf(stack, 'aws_security_group')).not.toHaveProperty('egress');
    expect(Object.keys(stack.resource ?? {})).not.toContain('aws_vpc_security_group_egress_rule');
  });

  test('is there before anything tells of it by its name', () => {
    const told = ['aws_cloudwatch_metric_alarm', 'aws_db_event_subscription'].flatMap((kind) =>
      Object.entries(resourcesOf(stack, kind)).filter(([name]) => name.startsWith('alarms_')),
    );
    const servers = [type, 'aws_rds_cluster_instance'].flatMap((kind) =>
      Object.keys(resourcesOf(stack, kind)).map((name) => `${kind}.${name}`),
    );
    expect(told.map(([name, { depends_on: after }]) => [name, after])).toEqual(told.map(([name]) => [name, servers]));
    expect(told.length).toBeGreaterThan(5);
  });

  test('is in the database subnets', () => {
    expect(resourceOf(stack, 'aws_db_subnet_group').subnet_ids).toEqual(
      ['a', 'b', 'c'].map((zone) => `subnet-database-eu-central-1${zone}`),
    );
  });
});

test('RDS has a standby, grows by itself and is not public', () => {
  expect(resourceOf(rds, 'aws_db_instance')).toMatchObject({
    engine: 'postgres',
    engine_version: '18',
    multi_az: true,
    publicly_accessible: false,
    storage_type: 'gp3',
    allocated_storage: 100,
    max_allocated_storage: 500,
    auto_minor_version_upgrade: true,
    allow_major_version_upgrade: false,
    apply_immediately: false,
    ca_cert_identifier: 'rds-ca-rsa2048-g1',
  });
});

test('Aurora has a server in each zone of the settings, named by it', () => {
  const instances = resourcesOf(aurora, 'aws_rds_cluster_instance');
  expect(Object.values(instances).map(({ identifier, availability_zone: zone }) => [identifier, zone])).toEqual([
    ['test-postgres-eu-central-1a', 'eu-central-1a'],
    ['test-postgres-eu-central-1b', 'eu-central-1b'],
  ]);
  const cluster = resourceOf(aurora, 'aws_rds_cluster');
  for (const instance of Object.values(instances)) {
    expect(instance).toMatchObject({
      publicly_accessible: false,
      instance_class: 'db.r8g.xlarge',
      performance_insights_retention_period: cluster.performance_insights_retention_period,
      monitoring_interval: cluster.monitoring_interval,
      lifecycle: { prevent_destroy: true },
    });
  }
});

test('a zone that comes before the others leaves the servers as they are', () => {
  const [a, b, c] = ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'] as const;
  const before = resourcesOf(stackWith({ engine: { ...auroraEngine, zones: [b, c] } }), 'aws_rds_cluster_instance');
  const after = resourcesOf(stackWith({ engine: { ...auroraEngine, zones: [a, b, c] } }), 'aws_rds_cluster_instance');
  expect(after).toMatchObject(before);
});

test('serverless servers grow and shrink', () => {
  const stack = stackWith({ engine: serverless(2, 16) });
  expect(resourceOf(stack, 'aws_rds_cluster').serverlessv2_scaling_configuration).toEqual({
    min_capacity: 2,
    max_capacity: 16,
  });
  for (const instance of Object.values(resourcesOf(stack, 'aws_rds_cluster_instance'))) {
    expect(instance.instance_class).toBe('db.serverless');
  }
});

test.each<[string, Partial<DatabaseSettings>, Record<string, unknown>]>([
  ['one zone', { engine: { ...rdsEngine, availability: { kind: 'single-zone', reason } } }, { multi_az: false }],
  ['manual upgrades', { minorUpgrades: { kind: 'manual', reason } }, { auto_minor_version_upgrade: false }],
  ['a major upgrade', { majorUpgrade: { kind: 'allowed', reason } }, { allow_major_version_upgrade: true }],
  ['changes at once', { changes: 'immediately' }, { apply_immediately: true }],
  [
    'advanced insights',
    { insights: 'advanced' },
    { database_insights_mode: 'advanced', performance_insights_retention_period: 465 },
  ],
  [
    'destruction',
    { destruction: { kind: 'allowed', reason } },
    { deletion_protection: false, skip_final_snapshot: false, lifecycle: { prevent_destroy: false } },
  ],
])('with %s', (_, settings, expected) => {
  expect(resourceOf(stackWith(settings), 'aws_db_instance')).toMatchObject(expected);
});

test('io-optimized storage is asked of Aurora by name, standard by none', () => {
  const optimized = stackWith({ engine: { ...auroraEngine, storage: 'io-optimized' } });
  expect(resourceOf(optimized, 'aws_rds_cluster').storage_type).toBe('aurora-iopt1');
  expect(resourceOf(aurora, 'aws_rds_cluster')).not.toHaveProperty('storage_type');
});

test('everything that holds data may be destroyed, or nothing', () => {
  for (const engine of [rdsEngine, auroraEngine]) {
    const lifecycles = resourcesWithLifecycle(stackWith({ engine, destruction: { kind: 'allowed', reason } }));
    expect(lifecycles).toEqual(lifecycles.map(() => false));
    expect(resourcesWithLifecycle(stackWith({ engine }))).toEqual(lifecycles.map(() => true));
  }
});

/** Whether the destruction of each resource is prevented, of those that say so. */
function resourcesWithLifecycle({ resource }: typeof rds): unknown[] {
  return Object.values(resource ?? {})
    .flatMap((byName) => Object.values(byName))
    .map(({ lifecycle }) => (lifecycle as { readonly prevent_destroy?: boolean } | undefined)?.prevent_destroy)
    .filter((prevented) => prevented !== undefined);
}

test('ends in an endpoint with places of passwords and none of them', () => {
  stackWith();
  expect(value?.endpoint).toEqual<ManagedDatabaseEndpoint>({
    address: { host: expect.any(String) as string, port: 5432 },
    database: 'application',
    caCertificateFile: '/etc/redis-platform/certificates/rds.pem',
    caCertificateUrl: 'https://truststore.pki.rds.amazonaws.com/eu-central-1/eu-central-1-bundle.pem',
    application: {
      username: 'application',
      password: {
        kind: 'secrets-manager',
        secretArn: expect.any(String) as string,
        arnPattern: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:test/postgres/application-??????',
        field: 'password',
      },
    },
    administrator: {
      username: 'administrator',
      // RDS names the secret: policies know it by its ARN, as soon as there is one.
      password: {
        kind: 'secrets-manager',
        secretArn: value?.endpoint.administrator.password.secretArn ?? '',
        arnPattern: value?.endpoint.administrator.password.secretArn ?? '',
        field: 'password',
      },
    },
  });
});

test.each([
  ['eu-central-1', 'https://truststore.pki.rds.amazonaws.com/eu-central-1/eu-central-1-bundle.pem'],
  ['cn-north-1', undefined],
])('in %s the certificates are published at %s', (region, url) => {
  stackWith({}, { account: { ...testAccount, region } });
  expect(value?.endpoint.caCertificateUrl).toBe(url);
});

test.each<[string, Partial<DatabaseSettings>, RegExp]>([
  [
    'settings of RDS that contradict each other',
    { maintenanceWindow: 'sun:02:30-sun:03:30', engine: { ...rdsEngine, maximumStorageGibibytes: 100 } },
    /^test-database\/rds has 2 problems:\n {2}- database\.maintenanceWindow: .*\n {2}- database\.engine\.maximumStorage/,
  ],
  [
    'zones that the network does not have',
    { engine: { ...auroraEngine, zones: ['eu-central-1a', 'eu-central-1f'] } },
    /^test-database\/aurora has 1 problem:\n {2}- database\.engine\.zones: "eu-central-1f".*Did you mean/,
  ],
])('%s are refused', (_, settings, message) => {
  expect(messageOf(() => stackWith(settings))).toMatch(message);
});

function key(): string {
  return expect.stringMatching(/^\$\{aws_kms_key\.key_\w+\.arn\}$/) as string;
}
