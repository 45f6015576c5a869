/** What the parts of the application's stack are together; the snapshot has everything else. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Registry } from 'prom-client';
import { apiVariables } from '../../../apps/api/settings';
import type { Queryable } from '../../../apps/database/pool';
import type { RedisClient } from '../../../apps/redis/client';
import { migrationVariables } from '../../../apps/migration/settings';
import { parseSessionKeys } from '../../../apps/redis/key-ring';
import { orders } from '../../../apps/service/order-queue';
import { readSettings, type Variables } from '../../../apps/service/settings';
import { createWorkerMetrics } from '../../../apps/worker/metrics';
import { workerVariables } from '../../../apps/worker/settings';
import { container, files, object, objects, workload, workloads } from '../../support/kubernetes-workloads';
import { testDeployment } from '../../support/application-deployment';
import { applicationStackWith, managedDatabase, managedRedis, sentinelRedis } from '../../support/application-stack';
import { messageOf, resourcesOf, type Configuration } from '../../support/synthesized-construct';

const managed = applicationStackWith();
const sentinel = applicationStackWith({ redis: sentinelRedis });

describe('what programs are told is what they take', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mounted-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** The variables with files of this machine in place of those in the image and of Secrets. */
  function variables(configuration: Configuration, program: string): Variables {
    const mounted = new Set(Object.keys(files(configuration, program)));
    return Object.fromEntries(
      container(configuration, program).env.map(({ name, value = program }) => {
        if (!name.endsWith('_FILE')) return [name, value];
        const file = path.join(folder, path.basename(value));
        const key = (id: string) => [{ id, key: Buffer.alloc(32, id).toString('base64url') }];
        const content =
          name === 'SESSION_KEYS_FILE' ? JSON.stringify({ encryption: key('e'), signing: key('s') }) : 'x';
        writeFileSync(file, content, { mode: 0o600 });
        const isMounted = value.startsWith('/etc/redis-platform/mounted/');
        if (isMounted && !mounted.has(path.basename(value))) throw new Error(`${name}: ${value} is not mounted`);
        return [name, file];
      }),
    );
  }

  test.each([
    ['ElastiCache', managed, 'cluster'],
    ['pods behind Sentinels', sentinel, 'sentinel'],
  ])('on %s', (_, configuration, topology) => {
    expect(readSettings('the api', apiVariables, variables(configuration, 'api'))).toMatchObject({
      REDIS_TOPOLOGY: topology,
      PORT: 8080,
      HOST: '0.0.0.0',
      TRUST_PROXY: true,
      API_INSTANCES: 12,
    });
    expect(readSettings('the worker', workerVariables, variables(configuration, 'worker'))).toMatchObject({
      REDIS_TOPOLOGY: topology,
      PORT: 8081,
      HANDLER_TIMEOUT_MILLISECONDS: 5_000,
    });
    expect(readSettings('the migration', migrationVariables, variables(configuration, 'migration'))).toMatchObject({
      DATABASE_NAME: 'application',
      ADMINISTRATOR_USERNAME: 'administrator',
    });
  });

  test('clients log in to Sentinels with the password that these have for all', () => {
    expect(variables(sentinel, 'worker')).toMatchObject({ REDIS_MASTER_NAME: 'platform' });
    expect(variables(sentinel, 'worker').REDIS_SENTINEL_PASSWORD_FILE).toMatch(/sentinel-password$/);
  });
});

test('each program has the secrets that it needs, and no others', () => {
  const database = { 'database-password': 'database-application-1/password' };
  expect(files(managed, 'api')).toEqual({
    ...database,
    'redis-password': 'redis-app/password',
    'session-keys.json': expect.stringMatching(/^session-keys-[0-9a-f]{10}\/session-keys\.json$/) as string,
  });
  expect(files(managed, 'worker')).toEqual({ ...database, 'redis-password': 'redis-worker/password' });
  expect(files(managed, 'migration')).toEqual({
    ...database,
    'administrator-password': 'database-administrator/password',
    'exercise-password': 'exercise-user/password',
  });
  expect(files(managed, 'exercise')).toEqual({ 'exercise-password': 'exercise-user/password' });
});

test('pods wait for every Secret that they mount, which is made', () => {
  for (const configuration of [managed, sentinel]) {
    const made = objects(configuration).filter(({ kind }) => kind === 'ExternalSecret');
    const names = made.map(({ metadata: { name } }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const program of ['api', 'worker', 'migration', 'exercise']) {
      for (const value of Object.values(files(configuration, program))) expect(names).toContain(value.split('/')[0]);
    }
  }
});

test('Secrets of another namespace are read by name, by an account that may do nothing else', () => {
  const roles = Object.values(resourcesOf(sentinel, 'kubernetes_role_v1')).filter(
    ({ metadata }) => (metadata as { namespace: string }).namespace === 'redis',
  );
  expect(roles).toMatchObject([
    {
      rule: [
        {
          api_groups: [''],
          resources: ['secrets'],
          resource_names: ['redis-certificates', 'redis-users'],
          verbs: ['get'],
        },
      ],
    },
  ]);
  expect(object(sentinel, 'ExternalSecret', 'redis-authorities')?.spec).toMatchObject({
    secretStoreRef: { kind: 'SecretStore', name: 'namespace-redis' },
    data: [{ secretKey: 'ca.crt', remoteRef: { key: 'redis-certificates', property: 'ca.crt' } }],
  });
  expect(object(managed, 'SecretStore')).toBeUndefined();
});

test('the file of session keys is one that the api takes, the current key first', () => {
  const configuration = applicationStackWith({ settings: { ...testDeployment, sessionKeys: ['new', 'old'] } });
  const secret = objects(configuration).find(({ metadata: { name } }) => name.startsWith('session-keys-'));
  const { target, data } = secret?.spec as {
    readonly target: { readonly template: { readonly data: Readonly<Record<string, string>> } };
    readonly data: readonly { readonly secretKey: string }[];
  };
  // What Secrets Manager makes: 43 letters and digits.
  const values = new Map(data.map(({ secretKey }, index) => [secretKey, 'abcd'[index]?.repeat(43) ?? '']));
  const template = target.template.data['session-keys.json'] ?? '';
  const keys = parseSessionKeys(template.replace(/\{\{ \.(\w+) \}\}/g, (_, name: string) => values.get(name) ?? ''));
  expect(keys.encryption.keys.map(({ id }) => id)).toEqual(['new', 'old']);
  expect(keys.signing.keys.map(({ id }) => id)).toEqual(['new', 'old']);
  expect(secret?.metadata.name).not.toBe(Object.values(files(managed, 'api'))[2]?.split('/')[0]);
});

test('a pod that is to end has longer than the longest job, and the api serves on first', () => {
  const seconds = (program: string) => workload(managed, program).spec.template.spec.termination_grace_period_seconds;
  expect(seconds('worker') * 1_000).toBeGreaterThan(49_000 + 10_000);
  expect(seconds('api')).toBeGreaterThan(10 + 15);
  expect(JSON.stringify(container(managed, 'api'))).toContain('setTimeout(() => {}, 10000)');
});

describe('jobs run again for what they depend on', () => {
  const names = (change: Parameters<typeof applicationStackWith>[0]) =>
    ['migration', 'exercise'].map((program) => workload(applicationStackWith(change), program).metadata.name);
  const [migration, exercise] = names({});
  const settings = testDeployment;

  test.each<[string, Parameters<typeof applicationStackWith>[0], boolean, boolean]>([
    ['nothing', {}, false, false],
    [
      'an image',
      { settings: { ...settings, image: { ...settings.image, version: { kind: 'immutable-tag', tag: '2' } } } },
      true,
      true,
    ],
    ['a setting of the programs', { settings: { ...settings, maxAttempts: 4 } }, false, true],
    ['a password of the database', { databasePasswordGeneration: 2 }, true, false],
    [
      'a number of pods',
      { settings: { ...settings, worker: { ...settings.worker, queueDepthPerReplica: 9 } } },
      false,
      false,
    ],
  ])('%s', (_, change, migrates, exercises) => {
    expect(names(change).map((name, index) => name !== [migration, exercise][index])).toEqual([migrates, exercises]);
  });
});

test('first the database, then workers, then the api, then the proof', () => {
  const after = (program: string) => workload(managed, program).depends_on.join(' ');
  expect(after('migration')).toContain('helm_release.secrets_');
  expect(after('worker')).toContain('kubernetes_job_v1.migration_');
  expect(after('api')).toContain('kubernetes_deployment_v1.programs_worker_');
  expect(after('exercise')).toContain('kubernetes_deployment_v1.programs_api_');
});

test('the exercise is sized by the settings, and its failure is the failure of the deployment', () => {
  const [job] = Object.values(resourcesOf(managed, 'kubernetes_job_v1')).filter(({ metadata }) =>
    (metadata as { name: string }).name.startsWith('exercise'),
  );
  expect(job).toMatchObject({
    wait_for_completion: true,
    timeouts: { create: '420s', update: '420s' },
    spec: { backoff_limit: 1, active_deadline_seconds: 360 },
  });
  expect(job?.spec).not.toHaveProperty('ttl_seconds_after_finished');
  expect(container(managed, 'exercise').args.join(' ')).toBe(
    'exercise.js --url http://api.application.svc.cluster.local:8080 --username user-1 ' +
      '--password-file /etc/redis-platform/mounted/exercise-password --orders 100 --stampede 200 --timeout-seconds 120',
  );
});

test('without an exercise there is no job for it, no user and no password', () => {
  const none = applicationStackWith({
    settings: { ...testDeployment, exercise: { kind: 'none', reason: 'a reason that says why' } },
  });
  expect(workloads(none).map(({ metadata: { name } }) => name.split('-')[0])).toEqual(['api', 'worker', 'migration']);
  expect(files(none, 'migration')).not.toHaveProperty('exercise-password');
  expect(JSON.stringify(none)).not.toContain('EXERCISE_PASSWORD_FILE');
});

test('the number of workers follows a metric that workers have', () => {
  const registry = new Registry();
  createWorkerMetrics(registry, {} as RedisClient, {} as Queryable, orders);
  const { triggers, minReplicaCount, maxReplicaCount } = object(managed, 'ScaledObject')?.spec as {
    readonly triggers: readonly { readonly type: string; readonly metadata: Readonly<Record<string, string>> }[];
    readonly minReplicaCount: number;
    readonly maxReplicaCount: number;
  };
  expect([minReplicaCount, maxReplicaCount]).toEqual([2, 8]);
  expect(triggers).toHaveLength(1);
  expect(registry.getSingleMetric(triggers[0]?.metadata.valueLocation ?? '')).toBeDefined();
  expect(triggers[0]?.metadata).toMatchObject({
    url: 'http://worker.application.svc.cluster.local:8081/metrics',
    targetValue: '500',
  });
});

describe('endpoints that the programs can’t use', () => {
  test('a user without a password', () => {
    const token = { kind: 'iam', cacheArn: 'arn:aws:elasticache:…', userArn: 'arn:aws:elasticache:…' } as const;
    const redis = {
      ...managedRedis,
      credentials: { ...managedRedis.credentials, app: { username: 'app', password: token } },
    };
    expect(messageOf(() => applicationStackWith({ redis }))).toContain(
      'platform.users.app.kind: "iam"; expected password: the programs log in to Redis with one, and sign no tokens',
    );
  });

  test('a certificate that is in no image', () => {
    const database = { ...managedDatabase, caCertificateFile: '/elsewhere.pem' };
    expect(messageOf(() => applicationStackWith({ database }))).toContain(
      'database.caCertificateFile: "/elsewhere.pem"; expected /etc/redis-platform/certificates/rds.pem',
    );
  });
});

test('nothing in the stack is a secret', () => {
  const text = JSON.stringify(managed);
  expect(text).not.toMatch(/secretsmanager_secret_version|"kubernetes_secret/);
});
