import path from 'node:path';
import { localEnvironment } from '../../environments/local';
import { neverDeployed, type LocalObservation } from '../../constructs/local/observation';
import { synthesize, type SynthesizedResource, type Synthesis } from '../support/synthesized';

const local = localEnvironment({});
const fresh = synthesize(local, { validate: true });

function components({ stacks }: Synthesis): Record<string, SynthesizedResource> {
  return Object.assign({}, ...Object.values(stacks).map(({ resource }) => resource.terraform_data)) as Record<
    string,
    SynthesizedResource
  >;
}

/** Names of the components whose declaration differs, which a deployment would carry out. */
function changedComponents(before: Synthesis, after: Synthesis): string[] {
  const old = components(before);
  return Object.entries(components(after))
    .filter(([name, { triggers_replace: now }]) => JSON.stringify(old[name]?.triggers_replace) !== JSON.stringify(now))
    .map(([name]) => name)
    .sort();
}

test.each(['local-redis', 'local-application', 'local-observability'])('%s', (stack) => {
  expect(fresh.stacks[stack]).toMatchSnapshot();
});

test('the application is deployed after the platform, and watched once it is there', () => {
  expect(fresh.dependencies).toEqual({
    'local-redis': [],
    'local-application': ['local-redis'],
    'local-observability': ['local-application'],
  });
});

test('nothing in a stack depends on the machine that synthesizes', () => {
  const text = JSON.stringify(fresh.stacks);
  expect(text).not.toContain(path.resolve(__dirname, '../..'));
  expect(text).not.toContain(process.env.HOME ?? '/root');
});

test('two syntheses are the same', () => {
  expect(synthesize(local)).toEqual(fresh);
});

test('nothing is started before every port was checked', () => {
  const all = components(fresh);
  const reaches = (name: string, goal: string): boolean =>
    name === goal ||
    (all[name]?.depends_on ?? []).some((dependency) => reaches(dependency.replace('terraform_data.', ''), goal));
  const processes = Object.keys(fresh.stacks['local-redis']?.resource.terraform_data ?? {}).filter((name) =>
    /^(redis|postgres|migrations)/.test(name),
  );
  expect(processes).toHaveLength(9);
  expect(processes.filter((name) => !reaches(name, 'ports'))).toEqual([]);
});

test("the api's processes are replaced one after the other, after the workers", () => {
  const all = components(fresh);
  expect(['worker-1', 'worker-2', 'api-1', 'api-2', 'exercise'].map((name) => all[name]?.depends_on)).toEqual([
    [],
    ['terraform_data.worker-1'],
    ['terraform_data.worker-1', 'terraform_data.worker-2'],
    ['terraform_data.api-1'],
    ['terraform_data.api-1', 'terraform_data.api-2'],
  ]);
});

const nodes = ['redis-1', 'redis-2', 'redis-3', 'redis-4', 'redis-5', 'redis-6'];

test.each([
  ['memory of Redis', { platform: { ...local.platform, nodeMemoryMebibytes: 160 } }, [...nodes, 'redis-cluster']],
  ['connections of Postgres', { platform: { ...local.platform, databaseMaxConnections: 80 } }, ['postgres']],
  ['attempts of the worker', { application: { ...local.application, maxAttempts: 5 } }, ['worker-1', 'worker-2']],
  [
    'sessions of the api',
    { application: { ...local.application, session: { idleSeconds: 60, absoluteSeconds: 120 } } },
    ['api-1', 'api-2'],
  ],
  ['tags', { tags: { project: 'other' } }, []],
])('a change of the %s concerns nothing else', (_, change, expected) => {
  expect(changedComponents(fresh, synthesize({ ...local, ...change }))).toEqual([...expected].sort());
});

test.each([
  ['redis-2', ['ports', 'redis-2', 'redis-cluster']],
  ['postgres', ['ports', 'postgres']],
  ['api-1', ['api-1', 'ports']],
])('%s, found dead, is brought back alone', (dead, expected) => {
  const observation: LocalObservation = { ...neverDeployed, incarnation: (name) => (name === dead ? 2 : 1) };
  expect(changedComponents(fresh, synthesize(local, { observation }))).toEqual(expected);
});

describe('a deployed cluster', () => {
  const deployed = (change: Record<string, number> = {}): LocalObservation => ({
    ...neverDeployed,
    deployedRedisPorts: { ...Object.fromEntries(nodes.map((name, index) => [name, 7101 + index])), ...change },
  });

  test('is taken as it is', () => {
    expect(synthesize(local, { observation: deployed() })).toEqual(fresh);
  });

  test.each([
    ['other ports', localEnvironment({ LOCAL_FIRST_PORT: '8100' }), deployed()],
    ['more replicas', { ...local, platform: { ...local.platform, replicasPerShard: 2 } }, deployed()],
    ['fewer nodes', local, deployed({ 'redis-7': 7107 })],
  ])('with %s is refused, because its data would be lost', (_, environment, observation) => {
    expect(() => synthesize(environment, { observation })).toThrow(
      /local-redis\/redis has 1 problem:[^]*give the data up with `npm run demo:down`/,
    );
  });
});
