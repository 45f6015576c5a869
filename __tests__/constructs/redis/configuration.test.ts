import { redisDirectives, renderRedisConf, type Directive } from '../../../constructs/redis/configuration';
import { maxmemoryBytes, plannableMebibytes, usableMebibytes } from '../../../constructs/redis/capacity';

const value = (directives: readonly Directive[], name: string) =>
  directives.filter(([directive]) => directive === name).map(([, ...values]) => values.join(' '));

test('a cluster node, with defaults', () => {
  expect(renderRedisConf(redisDirectives({ maxmemoryBytes: 100 * 1024 * 1024, cluster: {} }))).toMatchSnapshot();
});

test('keeps what must not be lost: append-only file, snapshots, no eviction of keys without TTL', () => {
  const directives = redisDirectives({ maxmemoryBytes: 1 });
  expect(value(directives, 'appendonly')).toEqual(['yes']);
  expect(value(directives, 'appendfsync')).toEqual(['everysec']);
  expect(value(directives, 'save')).toEqual(['3600 1', '300 100', '60 10000']);
  expect(value(directives, 'maxmemory-policy')).toEqual(['volatile-lru']);
  expect(value(directives, 'stop-writes-on-bgsave-error')).toEqual(['yes']);
});

test('says nothing of the cluster outside cluster mode', () => {
  const names = redisDirectives({ maxmemoryBytes: 1 }).map(([name]) => name);
  expect(names.filter((name) => name.startsWith('cluster-'))).toEqual([]);
});

test('takes every setting', () => {
  const directives = redisDirectives({
    maxmemoryBytes: 5,
    maxClients: 7,
    replicationBacklogBytes: 9,
    persistence: { appendFsync: 'always', snapshots: [] },
    cluster: { nodeTimeoutMilliseconds: 1234 },
    writeQuorum: { replicas: 2, maximumLagSeconds: 11 },
  });
  expect(
    [
      'maxmemory',
      'maxclients',
      'repl-backlog-size',
      'appendfsync',
      'save',
      'cluster-node-timeout',
      'min-replicas-to-write',
      'min-replicas-max-lag',
    ].map((name) => value(directives, name)),
  ).toEqual([['5'], ['7'], ['9'], ['always'], [''], ['1234'], ['2'], ['11']]);
});

test.each([
  [['dir', './'], 'dir ./'],
  [['save', ''], 'save ""'],
  [['tls-protocols', 'TLSv1.2 TLSv1.3'], 'tls-protocols "TLSv1.2 TLSv1.3"'],
  [['requirepass', 'a"b\\c'], 'requirepass "a\\"b\\\\c"'],
] as [Directive, string][])('%j is written as %s', (directive, line) => {
  expect(renderRedisConf([directive])).toBe(`${line}\n`);
});

test('refuses a line break, which would add a directive', () => {
  expect(() => renderRedisConf([['dir', 'x\nport 6379']])).toThrow('holds a line break');
});

test('memory: a quarter is kept back, a fifth of the rest is left to grow', () => {
  expect(maxmemoryBytes(128)).toBe(96 * 1024 * 1024);
  expect(usableMebibytes({ nodeMemoryMebibytes: 128, shards: 3 })).toBe(288);
  expect(plannableMebibytes({ nodeMemoryMebibytes: 128, shards: 3 })).toBe(230);
});
