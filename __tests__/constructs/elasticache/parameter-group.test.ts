import { familyOf, parameterGroup } from '../../../constructs/elasticache/parameter-group';
import type { ElasticacheSettings } from '../../../environments/elasticache-settings';
import { elasticacheSettings, primary } from '../../support/elasticache';
import { testAccount } from '../../support/synthesized-construct';

/** The group that the engine of the settings takes. */
function groupWith(change: Partial<ElasticacheSettings> = {}) {
  const settings = { ...elasticacheSettings, ...change };
  return parameterGroup(testAccount, settings, familyOf(settings.engine));
}

const parametersWith = (settings: Partial<ElasticacheSettings> = {}) =>
  Object.fromEntries(groupWith(settings).parameter.map(({ name, value }) => [name, value]));

test.each<[ElasticacheSettings['engine'], string]>([
  [{ kind: 'redis', version: '7.1' }, 'redis7'],
  [{ kind: 'valkey', version: '7.2' }, 'valkey7'],
  [{ kind: 'valkey', version: '8.0' }, 'valkey8'],
  [{ kind: 'valkey', version: '8.1' }, 'valkey8'],
  [{ kind: 'valkey', version: '8.2' }, 'valkey8'],
])('the family follows from engine and version: %j', (engine, family) => {
  const group = groupWith({ engine });
  expect(group.family).toBe(family);
  expect(group.name).toMatch(new RegExp(`^test-redis-${family}-[0-9a-f]{8}$`));
});

test('Redis is told what it is told on every platform, as far as ElastiCache lets one', () => {
  expect(parametersWith()).toEqual({
    'client-output-buffer-limit-pubsub-hard-limit': '33554432',
    'client-output-buffer-limit-pubsub-soft-limit': '8388608',
    'client-output-buffer-limit-pubsub-soft-seconds': '60',
    'cluster-allow-reads-when-down': 'no',
    'cluster-enabled': 'yes',
    'cluster-require-full-coverage': 'no',
    'latency-tracking': 'yes',
    'maxmemory-policy': 'volatile-lru',
    'repl-backlog-size': '16777216',
    'reserved-memory-percent': '25',
    'slowlog-log-slower-than': '10000',
    'slowlog-max-len': '512',
    'tcp-keepalive': '60',
    timeout: '0',
  });
});

test.each<[ElasticacheSettings['engine']]>([[{ kind: 'redis', version: '7.1' }], [{ kind: 'valkey', version: '7.2' }]])(
  'families before Valkey 8 are told to free memory in the background: %j',
  (engine) => {
    expect(parametersWith({ engine })).toEqual({
      ...parametersWith(),
      'lazyfree-lazy-eviction': 'yes',
      'lazyfree-lazy-expire': 'yes',
      'lazyfree-lazy-server-del': 'yes',
    });
  },
);

test.each<[ElasticacheSettings['nodes'], string]>([
  [{ kind: 'memory', nodeType: 'cache.t4g.micro' }, '50'],
  [{ kind: 'memory', nodeType: 'cache.t4g.small' }, '30'],
  [{ kind: 'memory', nodeType: 'cache.t4g.medium' }, '25'],
  [{ kind: 'memory', nodeType: 'cache.m7g.large' }, '25'],
  [{ kind: 'data-tiering', nodeType: 'cache.r6gd.xlarge' }, '25'],
])('%j reserves %s percent of its memory', (nodes, percent) => {
  expect(parametersWith({ nodes })['reserved-memory-percent']).toBe(percent);
});

test('a change of content is another group, made before the old one goes', () => {
  const other = groupWith({ nodes: { kind: 'memory', nodeType: 'cache.t4g.small' } });
  expect(other.name).not.toBe(groupWith().name);
  expect(other.lifecycle).toEqual({ createBeforeDestroy: true });
});

test('a change of something else is not', () => {
  expect(
    groupWith({
      engine: { kind: 'valkey', version: '8.2' },
      nodes: { kind: 'memory', nodeType: 'cache.r7g.2xlarge' },
      snapshotRetentionDays: 1,
    }),
  ).toEqual(groupWith());
});

test('in a global datastore the group changes with the family alone', () => {
  const small = { kind: 'memory', nodeType: 'cache.t4g.small' } as const;
  expect(groupWith({ globalDatastore: primary }).name).toBe('test-redis-valkey8-global');
  expect(groupWith({ globalDatastore: primary, nodes: small }).name).toBe('test-redis-valkey8-global');
  expect(groupWith({ globalDatastore: primary, engine: { kind: 'valkey', version: '7.2' } }).name).toBe(
    'test-redis-valkey7-global',
  );
});
