import {
  applicationConnections,
  applicationDeploymentSettings,
  applicationDeploymentViolations,
  type ApplicationDeploymentContext,
  type ApplicationDeploymentSettings,
} from '../../environments/application-deployment-settings';
import { serverConnections } from '../../environments/database-settings';
import { violationsOf } from '../../constructs/validation/schema-violations';
import { testDeployment, testDeploymentContext } from '../support/application-deployment';
import { rdsEngine } from '../support/database-settings';

type Change = Partial<ApplicationDeploymentSettings>;

/** Problems that the schema finds in the settings with some of them changed, as `setting: expected`. */
function schemaProblems(change: object): string[] {
  const input = { ...testDeployment, ...change };
  const { error } = applicationDeploymentSettings.safeParse(input);
  return error
    ? violationsOf(error, applicationDeploymentSettings, input).map(
        ({ setting, expected }) => `${setting}: ${expected}`,
      )
    : [];
}

const violations = (change: Change, context: Partial<ApplicationDeploymentContext> = {}) =>
  applicationDeploymentViolations({ ...testDeployment, ...change }, { ...testDeploymentContext, ...context });

const { api, worker, image, exercise } = testDeployment;
const reason = 'a reason that says why';
const tagged = (tag: string) => ({ image: { ...image, version: { kind: 'immutable-tag', tag } } }) as const;

test.each<[string, Change]>([
  ['all of them', {}],
  ['an image by tag', tagged('1.4.0')],
  ['a registry with a port', { image: { ...image, registry: 'registry.example.com:5000' } }],
  ['another name of the gateway', { hostName: 'www.test.example.com' }],
  ['no limit at the gateway', { gatewayRateLimit: { kind: 'none', reason } }],
  ['no exercise', { exercise: { kind: 'none', reason } }],
  ['a fixed number of pods', { api: { ...api, replicas: { minimum: 4, maximum: 4 } } }],
  ['two session keys', { sessionKeys: ['2026-11', '2026-12'] }],
  ['orders that take as long as they may', { handlerTimeoutMilliseconds: 49_000 }],
  ['leave to destroy', { destruction: { kind: 'allowed', reason } }],
])('%s is right', (_, change) => {
  expect(schemaProblems(change)).toEqual([]);
  expect(violations(change)).toEqual([]);
});

test.each([
  [tagged('latest'), 'image.version.tag: text of the form'],
  [{ image: { ...image, version: { kind: 'tag', tag: '1' } } }, 'image.version.kind: one of: digest, immutable-tag'],
  [{ image: { ...image, version: { kind: 'digest', digest: 'sha256:1' } } }, 'image.version.digest: text of the form'],
  [{ image: { ...image, registry: 'https://registry.example.com' } }, 'image.registry: text of the form'],
  [{ image: { ...image, repository: 'Application' } }, 'image.repository: text of the form'],
  [{ hostName: 'localhost' }, 'hostName: text of the form'],
  [{ hostName: 'API.example.com' }, 'hostName: text of the form'],
  [{ hostName: `${'a.'.repeat(127)}com` }, 'hostName: at most 253 characters'],
  [{ gatewayRateLimit: { kind: 'redis' } }, 'gatewayRateLimit.kind: one of: by-client, none'],
  [{ gatewayRateLimit: { kind: 'none' } }, 'gatewayRateLimit.reason: a value of type string'],
  [{ gatewayRateLimit: { kind: 'by-client', requestsPerSecond: 1, burst: 0 } }, 'gatewayRateLimit.burst: at least 1'],
  [{ api: { ...api, replicas: { minimum: 1, maximum: 3 } } }, 'api.replicas.minimum: at least 2'],
  [{ api: { ...api, cpuUtilizationPercent: 100 } }, 'api.cpuUtilizationPercent: at most 95'],
  [{ worker: { ...worker, queueDepthPerReplica: 0 } }, 'worker.queueDepthPerReplica: at least 1'],
  [{ worker: { ...worker, cpuUtilizationPercent: 50 } }, 'worker.cpuUtilizationPercent: no such setting'],
  [{ worker: { ...worker, resources: undefined } }, 'worker.resources: a value of type object'],
  [{ sessionKeys: [] }, 'sessionKeys: at least 1'],
  [{ sessionKeys: ['Key'] }, 'sessionKeys.0: text of the form'],
  [{ exercise: { kind: 'none' } }, 'exercise.reason: a value of type string'],
  [{ exercise: { kind: 'always' } }, 'exercise.kind: one of: after-deployment, none'],
  [{ exercise: { ...exercise, timeoutSeconds: 10 } }, 'exercise.timeoutSeconds: at least 30'],
  [{ destruction: { kind: 'allowed' } }, 'destruction.reason: a value of type string'],
  [{ apiProcesses: 2 }, 'apiProcesses: no such setting'],
  [{ databasePoolSize: 1 }, 'databasePoolSize: at least 2'],
])('%j: %s', (change, problem) => {
  expect(schemaProblems(change)).toEqual([expect.stringContaining(problem)]);
});

const small = { requests: api.resources.requests, limits: { cpuMillicores: 100, memoryMebibytes: 128 } };

test.each<[string, Change, Partial<ApplicationDeploymentContext>, string[], string]>([
  [
    'fewer pods at most than at least',
    { api: { ...api, replicas: { minimum: 3, maximum: 2 } } },
    {},
    ['application.api.replicas.maximum'],
    'at least application.api.replicas.minimum (3)',
  ],
  [
    'limits below requests',
    { worker: { ...worker, resources: small } },
    {},
    ['application.worker.resources.limits.cpuMillicores', 'application.worker.resources.limits.memoryMebibytes'],
    'at least what is requested (250)',
  ],
  [
    'orders that outlast their pod',
    { handlerTimeoutMilliseconds: 49_001 },
    {},
    ['application.handlerTimeoutMilliseconds'],
    'at most 49000: a worker that is told to end has 60000 ms in all',
  ],
  [
    'pools larger than the database',
    { databasePoolSize: 100 },
    { database: { engine: { ...rdsEngine, instanceClass: 'db.t4g.medium' } } },
    ['application.databasePoolSize'],
    '12 + 8 pods, 2 more in a rollout, and 10 for others need 2210',
  ],
  ['one zone', {}, { zones: ['eu-central-1a'] }, ['network.zones'], '2 zones or more'],
  [
    'a session that idles longer than it lives',
    { session: { idleSeconds: 600, absoluteSeconds: 300 } },
    {},
    ['application.session.absoluteSeconds'],
    'at least application.session.idleSeconds (600)',
  ],
  ['a session key twice', { sessionKeys: ['a', 'b', 'a'] }, {}, ['application.sessionKeys'], 'each name once'],
  [
    'a name that the gateway has no certificate for',
    { hostName: 'api.example.com' },
    {},
    ['application.hostName'],
    'one of clusterServices.gateway.hostNames: api.test.example.com, www.test.example.com',
  ],
  [
    'an exercise above the limits',
    { exercise: { kind: 'after-deployment', orders: 1_000, stampede: 10, timeoutSeconds: 60 } },
    {},
    ['application.rateLimits.default.quota'],
    'at least 20200',
  ],
  [
    'a stampede above the limits',
    { exercise: { kind: 'after-deployment', orders: 1, stampede: 10_000, timeoutSeconds: 60 } },
    {},
    ['application.rateLimits.default.quota'],
    'at least 30200',
  ],
])('%s is refused', (_, change, context, settings, expected) => {
  const found = violations(change, context);
  expect(found.map(({ setting }) => setting)).toEqual(settings);
  expect(found[0]?.expected).toContain(expected);
  expect(found[0]?.remedy).not.toBe('');
});

test('pools may need all connections of the server, and no more', () => {
  const engine = { ...rdsEngine, instanceClass: 'db.t4g.medium' } as const;
  const most = serverConnections({ engine });
  const pods = (maximum: number): Change => ({
    databasePoolSize: 2,
    api: { ...api, replicas: { minimum: 2, maximum } },
    worker: { ...worker, replicas: { minimum: 2, maximum: 2 } },
  });
  const fits = Math.floor((most - 10) / 2) - 4;
  expect(applicationConnections({ ...testDeployment, ...pods(fits) })).toBeLessThanOrEqual(most);
  expect(violations(pods(fits), { database: { engine } })).toEqual([]);
  expect(violations(pods(fits + 1), { database: { engine } })).toHaveLength(1);
});
