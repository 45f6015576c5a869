/** When alerts about masters, replicas, slots and zones fire, and when they don't. Values come every 15 s. */
import { over, type RuleCase, type Series } from '../../../support/promtool';

const pod = 'redis-0';

const replica = { pod, slave_ip: '10.0.0.4', slave_port: '6379' };
const online = { ...replica, slave_state: 'online' };

/** A master that writes 1 MB/s, and a replica of it. */
const replication = (offset: string, lag = over(60, 1), masterStep = 15_000_000): readonly Series[] => [
  ['redis_master_repl_offset', { pod }, over(60, 1_000_000_000, masterStep)],
  ['redis_connected_slave_offset_bytes', online, offset],
  ['redis_connected_slave_lag_seconds', online, lag],
];

const lag: readonly RuleCase[] = [
  {
    alert: 'RedisReplicationLag',
    says: 'a healthy replica, half a second behind',
    series: replication(over(60, 999_500_000, 15_000_000)),
    firing: { '10m': [], '50m': [] },
  },
  {
    alert: 'RedisReplicationLag',
    says: 'a throttled replica: 40 s behind, and it acknowledges every second; then it catches up',
    series: replication(`${over(10, 960_000_000, 15_000_000)} ${over(20, 1_600_000_000, 15_000_000)}`),
    firing: { '5m': [replica], '15m': [] },
  },
  {
    alert: 'RedisReplicationLag',
    says: 'three seconds behind are usual where much is written, ten are not',
    series: replication(
      `${over(10, 997_000_000, 15_000_000)} ${over(10, 1_590_000_000, 15_000_000)} ${over(20, 2_197_000_000, 15_000_000)}`,
    ),
    firing: { '8m': [], '15m': [replica], '30m': [] },
  },
  {
    alert: 'RedisReplicationLag',
    says: 'bursts of 60 MB a minute, of which it has half when it is asked amid one',
    series: replication(
      Array.from({ length: 30 }, (_, minute) =>
        [30, 60, 60, 60].map((written) => 1_000_000_000 + minute * 60_000_000 + written * 1_000_000).join(' '),
      ).join(' '),
      over(30, 1),
      0,
    ).map(([metric, labels, values]): Series => [
      metric,
      labels,
      metric === 'redis_master_repl_offset'
        ? Array.from({ length: 30 }, (_, minute) => `${1_060_000_000 + minute * 60_000_000}x3`).join(' ')
        : values,
    ]),
    firing: { '10m': [], '10m15s': [], '10m30s': [], '20m15s': [] },
  },
  {
    alert: 'RedisReplicationLag',
    says: 'a frozen replica, until its series are gone',
    series: replication(`${over(5, 999_500_000, 15_000_000)} 1284500000x8 _x100`, `${over(5, 1)} 10+15x8 _x100`),
    firing: { '4m': [], '6m30s': [replica], '20m': [] },
  },
  {
    alert: 'RedisReplicationLag',
    says: 'an idle link: nothing is written, and both are where they were',
    series: replication(over(60, 1_000_000_000), over(60, 1), 0),
    firing: { '50m': [] },
  },
  {
    alert: 'RedisReplicationLag',
    says: 'a new replica that still gets its first copy',
    series: [
      ['redis_master_repl_offset', { pod }, over(60, 1_000_000_000, 15_000_000)],
      ['redis_connected_slave_offset_bytes', { ...replica, slave_state: 'wait_bgsave' }, over(60, 0)],
      ['redis_connected_slave_lag_seconds', { ...replica, slave_state: 'wait_bgsave' }, over(60, 0)],
    ],
    firing: { '20m': [] },
  },
  {
    alert: 'RedisReplicaLinkDown',
    says: 'for a few minutes',
    series: [['redis_master_link_up', { pod }, `${over(5, 1)} ${over(5, 0)} ${over(20, 1)}`]],
    firing: { '4m': [], '8m': [{ pod }], '15m': [] },
  },
];

const replicas = (count: string, role = 'master'): readonly Series[] => [
  ['redis_connected_slaves', { pod }, count],
  ['redis_instance_info', { pod, role }, over(60, 1)],
];

const missing: readonly RuleCase[] = [
  {
    alert: 'RedisReplicaMissing',
    severity: 'warning',
    says: 'for ten minutes',
    series: replicas(`${over(5, 1)} ${over(10, 0)} ${over(20, 1)}`),
    firing: { '4m': [], '10m': [{ pod }], '20m': [] },
  },
  {
    alert: 'RedisReplicaMissing',
    says: 'a replica has none of its own',
    series: replicas(over(60, 0), 'slave'),
    firing: { '50m': [] },
  },
  {
    alert: 'RedisReplicaMissing',
    severity: 'critical',
    says: 'for half an hour',
    series: replicas(`${over(5, 1)} ${over(30, 0)} ${over(20, 1)}`),
    firing: { '15m': [], '25m': [{ pod }], '45m': [] },
  },
];

const slots = (fail: string, pfail: string, assigned = over(60, 16_384)): readonly Series[] => [
  ['redis_cluster_slots_fail', { pod }, fail],
  ['redis_cluster_slots_pfail', { pod }, pfail],
  ['redis_cluster_slots_assigned', { pod }, assigned],
];

const master = (name: string, zone: string, values: string): Series => [
  'redis_instance_info',
  { pod: name, zone, role: 'master' },
  values,
];

const cluster: readonly RuleCase[] = [
  {
    alert: 'RedisClusterDown',
    says: 'every node says so, then none',
    series: ['redis-0', 'redis-1'].map((name): Series => [
      'redis_cluster_state',
      { pod: name },
      `${over(5, 1)} ${over(5, 0)} ${over(20, 1)}`,
    ]),
    firing: { '4m': [], '7m': [{}], '15m': [] },
  },
  {
    alert: 'RedisClusterDown',
    says: 'one node is cut off, and alone with its view',
    series: [
      ['redis_cluster_state', { pod: 'redis-0' }, over(60, 0)],
      ['redis_cluster_state', { pod: 'redis-1' }, over(60, 1)],
    ],
    firing: { '20m': [] },
  },
  {
    alert: 'RedisSlotsUncovered',
    says: 'a failover within the minute',
    series: slots(`${over(5, 0)} 5461 5461 ${over(20, 0)}`, over(60, 0)),
    firing: { '5m30s': [], '6m': [], '10m': [] },
  },
  {
    alert: 'RedisSlotsUncovered',
    says: 'a shard that nobody takes over, until it is back',
    series: slots(`${over(5, 0)} ${over(5, 5_461)} ${over(20, 0)}`, over(60, 0)),
    firing: { '4m': [], '8m': [{}], '15m': [] },
  },
  {
    alert: 'RedisSlotsUncovered',
    says: 'one node is cut off, and alone with what it misses',
    series: ['redis-0', 'redis-1', 'redis-2'].flatMap((name): Series[] => [
      ['redis_cluster_slots_fail', { pod: name }, over(60, 0)],
      ['redis_cluster_slots_pfail', { pod: name }, over(60, name === 'redis-0' ? 10_922 : 0)],
      ['redis_cluster_slots_assigned', { pod: name }, over(60, 16_384)],
    ]),
    firing: { '20m': [] },
  },
  {
    alert: 'RedisSlotsUncovered',
    says: 'slots that are given to nobody',
    series: slots(over(60, 0), over(60, 0), `${over(5, 16_384)} ${over(20, 16_000)}`),
    firing: { '4m': [], '8m': [{}] },
  },
  {
    alert: 'RedisMastersShareZone',
    says: 'after a failover, until the master is back at home',
    series: [
      master('redis-0', 'a', `${over(5, 1)} _x80 ${over(20, 1)}`),
      master('redis-1', 'b', over(60, 1)),
      master('redis-4', 'b', `_x20 ${over(20, 1)} _x80`),
    ],
    firing: { '4m': [], '15m': [], '23m': [{ zone: 'b' }], '32m': [] },
  },
];

export const redisReplicationCases = [...lag, ...missing, ...cluster];

export const sentinelCases: readonly RuleCase[] = [
  {
    alert: 'RedisNotOneMaster',
    says: 'there is one',
    series: [master('redis-0', 'a', over(60, 1))],
    firing: { '30m': [] },
  },
  {
    alert: 'RedisNotOneMaster',
    says: 'there is none, which is not a count of zero, then one again',
    series: [master('redis-0', 'a', `${over(5, 1)} _x60 ${over(20, 1)}`)],
    firing: { '4m': [], '15m': [{}], '25m': [] },
  },
  {
    alert: 'RedisNotOneMaster',
    says: "the master's exporter is broken, and its replicas have their links",
    series: [
      master('redis-0', 'a', `${over(5, 1)} _x80`),
      ['redis_master_link_up', { pod: 'redis-1' }, over(60, 1)],
      ['redis_master_link_up', { pod: 'redis-2' }, over(60, 0)],
    ],
    firing: { '4m': [], '20m': [] },
  },
  {
    alert: 'RedisNotOneMaster',
    says: 'the master is gone, and the links to it with it',
    series: [
      master('redis-0', 'a', `${over(5, 1)} _x80`),
      ['redis_master_link_up', { pod: 'redis-1' }, `${over(6, 1)} ${over(20, 0)}`],
    ],
    firing: { '4m': [], '20m': [{}] },
  },
  {
    alert: 'RedisNotOneMaster',
    says: 'there are two, and replicas of each have their links',
    series: [
      master('redis-0', 'a', over(60, 1)),
      master('redis-1', 'b', over(60, 1)),
      ['redis_master_link_up', { pod: 'redis-2' }, over(60, 1)],
    ],
    firing: { '20m': [{}] },
  },
  {
    alert: 'RedisNotOneMaster',
    says: 'there are two',
    series: [master('redis-0', 'a', over(60, 1)), master('redis-1', 'b', `_x20 ${over(20, 1)} _x80`)],
    firing: { '4m': [], '10m': [{}], '35m': [] },
  },
];
