import { renderRedisConf } from '../../../constructs/redis/configuration';
import {
  failoverMilliseconds,
  renderSentinelAcl,
  sentinelDirectives,
  type SentinelConfiguration,
} from '../../../constructs/redis/sentinel';

const configuration: SentinelConfiguration = {
  masterName: 'main',
  quorum: 2,
  downAfterMilliseconds: 5_000,
  failoverTimeoutMilliseconds: 15_000,
  announce: { host: 'redis-2.example.internal', port: 26_379 },
  master: { host: 'redis-1.example.internal', port: 6_379 },
  certificateFile: '/certificates/node.crt',
  keyFile: '/certificates/node.key',
  caFile: '/certificates/ca.crt',
  aclFile: '/sentinel/users.acl',
  directory: '/sentinel',
};

const linesOf = (change: Partial<SentinelConfiguration>) =>
  renderRedisConf(sentinelDirectives({ ...configuration, ...change })).split('\n');

test('a Sentinel of servers that have names', () => {
  expect(renderRedisConf(sentinelDirectives(configuration))).toMatchSnapshot();
});

test('its users', () => {
  expect(renderSentinelAcl((name) => `<${name}>`)).toMatchSnapshot();
});

test('addresses are not resolved', () => {
  const lines = linesOf({ announce: { host: '10.0.0.2', port: 26_379 }, master: { host: 'fd00::1', port: 6_379 } });
  expect(lines.filter((line) => line.includes('hostnames'))).toEqual([]);
  expect(lines).toContain('sentinel announce-ip 10.0.0.2');
});

test('the port without TLS is off, and TLS goes everywhere', () => {
  expect(linesOf({})).toEqual(expect.arrayContaining(['port 0', 'tls-port 26379', 'tls-replication yes']));
});

test('takes every setting', () => {
  expect(linesOf({ quorum: 3, downAfterMilliseconds: 1, failoverTimeoutMilliseconds: 2, parallelSyncs: 4 })).toEqual(
    expect.arrayContaining([
      'sentinel monitor main redis-1.example.internal 6379 3',
      'sentinel down-after-milliseconds main 1',
      'sentinel failover-timeout main 2',
      'sentinel parallel-syncs main 4',
      'sentinel master-reboot-down-after-period main 1',
    ]),
  );
});

test('holds no password', () => {
  expect(linesOf({}).filter((line) => /pass|auth-pass/.test(line))).toEqual([]);
});

test.each(['app', 'worker', 'exporter', 'sentinel'])('%s can make a Sentinel do nothing', (user) => {
  const line = renderSentinelAcl((name) => `<${name}>`)
    .split('\n')
    .find((candidate) => candidate.startsWith(`user ${user} `));
  const dangerous = [
    'failover',
    'reset',
    'set',
    'monitor',
    'remove',
    'config',
    'flushconfig',
    'simulate-failure',
    'debug',
  ];
  expect(line?.split(' ').filter((word) => word === '+sentinel' || word.startsWith('+@'))).toEqual([]);
  for (const subcommand of dangerous) expect(line).not.toContain(`+sentinel|${subcommand}`);
});

test('a failover may be tried twice', () => {
  expect(failoverMilliseconds(configuration)).toBe(37_000);
});
