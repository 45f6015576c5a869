import { ViolationsError } from '../../constructs/validation/violations';
import { parseEnvironment } from '../../environments/environment';
import { environmentNames, loadEnvironment } from '../../environments/index';
import { localEnvironment } from '../../environments/local';

/** A valid environment with one setting changed; `undefined` removes it. */
function changed(setting: string, value: unknown): unknown {
  const input = structuredClone(localEnvironment({})) as Record<string, unknown>;
  const path = setting.split('.');
  const last = path.pop() ?? '';
  const parent = path.reduce((object, key) => object[key] as Record<string, unknown>, input);
  parent[last] = value;
  return input;
}

function problemsOf(input: unknown): string[] {
  try {
    parseEnvironment(input);
  } catch (error) {
    if (error instanceof ViolationsError) return error.message.split('\n').slice(1);
    throw error;
  }
  return [];
}

test.each(environmentNames)('%s is valid', (name) => {
  expect(loadEnvironment(name, {}).name).toBe(name);
});

test.each([
  ['name', 'Local', '- name: "Local"; expected text of the form'],
  ['name', 'a-name-that-is-far-too-long', '- name: "a-name-that-is-far-too-long"; expected text of the form'],
  ['name', undefined, '- name: missing; expected a value of type string. Set name.'],
  ['region', 'eu-central', '- region: "eu-central"; expected one of: local'],
  ['region', 'eu-central-1', '- region: "eu-central-1"; expected one of: local'],
  ['accountId', '123456789012', '- accountId: "123456789012"; expected no such setting'],
  ['platform.kind', 'local-proceses', "Did you mean 'local-processes'?"],
  ['platform.kind', undefined, '- platform.kind: missing; expected one of: local-processes, elasticache'],
  ['platform.firstPort', 80, '- platform.firstPort: 80; expected at least 1024'],
  ['platform.firstPort', 65_500, '- platform.firstPort: 65500; expected at most 65486'],
  ['platform.firstPort', '7100', '- platform.firstPort: "7100"; expected a value of type number'],
  ['platform.nodeTimeoutMilliseconds', 1, 'expected at least 500'],
  ['platform.databaseMaxConnections', 20, '- platform.databaseMaxConnections: 20; expected at least 37'],
  ['platform.firstport', 7100, "- platform.firstport: 7100; expected no such setting. Did you mean 'firstPort'?"],
  ['capacity.datasetMebibytes', 231, '- capacity.datasetMebibytes: 231; expected at most 230'],
  ['capacity.datasetMebibytes', 0, 'expected more than 0'],
  ['platform.nodeMemoryMebibytes', 8, 'expected at least 16'],
  ['platform.shards', 2, '- platform.shards: 2; expected at least 3'],
  ['platform.shards', 3.5, '- platform.shards: 3.5; expected a value of type int'],
  ['platform.shards', 5, '- platform.shards: 5; expected at most 9 nodes on one machine'],
  ['platform.replicasPerShard', 0, '- platform.replicasPerShard: 0; expected at least 1'],
  ['platform.shard', 3, "- platform.shard: 3; expected no such setting. Did you mean 'shards'?"],
  ['backup.kind', 'hourly', '- backup.kind: "hourly"; expected one of: none'],
  ['backup.reason', 'no', '- backup.reason: "no"; expected at least 10 characters'],
  ['backup', undefined, '- backup: missing'],
  ['observability.scrapeSeconds', 0, 'expected at least 1'],
  ['observability.speed', 100, 'expected at most 60'],
  ['application.apiProcesses', 0, 'expected at least 1'],
  ['application.workerProcesses', 6, 'expected at most 5'],
  ['application.workerBatchSize', 0, 'expected at least 1'],
  ['application.handlerTimeoutMilliseconds', 50, 'expected at least 100'],
  ['application.maxAttempts', 0, 'expected at least 1'],
  ['application.redisDeadlineMilliseconds', 1, 'expected at least 10'],
  ['application.databasePoolSize', 1, 'expected at least 2'],
  ['application.session.idleSeconds', 50_000, 'expected at most application.session.absoluteSeconds (43200)'],
  ['application.session.absoluteSeconds', 1, 'expected at least 60'],
  ['application.rateLimits.login.quota', 0, '- application.rateLimits.login.quota: 0; expected at least 1'],
  ['application.rateLimits.default.windowSeconds', 0, 'expected at least 1'],
  ['application.sesion', {}, "- application.sesion: {}; expected no such setting. Did you mean 'session'?"],
  ['tags.1abc', 'x', '- tags.1abc: "x"'],
  ['regoin', 'local', '- regoin: "local"; expected no such setting. Did you mean \'region\'?'],
])('%s = %j is refused', (setting, value, message) => {
  expect(problemsOf(changed(setting, value)).join('\n')).toContain(message);
});

test('reports every problem at once', () => {
  const input = { ...(changed('platform.shards', 1) as object), region: 7, extra: true };
  expect(problemsOf(input)).toHaveLength(3);
});

test('an unknown environment lists the known ones', () => {
  expect(() => loadEnvironment('locl', {})).toThrow(
    "ENVIRONMENT: there is no environment 'locl'. Did you mean 'local'? Known: local, kubernetes, development, staging, production.",
  );
  expect(() => loadEnvironment('toString', {})).toThrow(
    "there is no environment 'toString'. Use one of: local, development, staging, production.",
  );
});

test.each(['abc', '-1', '123456', '7100.5'])('LOCAL_FIRST_PORT=%s is refused by its own name', (value) => {
  expect(() => loadEnvironment('local', { LOCAL_FIRST_PORT: value })).toThrow(`LOCAL_FIRST_PORT: "${value}"`);
});

test('LOCAL_FIRST_PORT moves the ports', () => {
  expect(localEnvironment({ LOCAL_FIRST_PORT: '8200' }).platform.firstPort).toBe(8200);
  expect(localEnvironment({ LOCAL_FIRST_PORT: '' }).platform.firstPort).toBe(7100);
});
