/** When alerts about Redis fire, and when they don't. Values come every 15 s: four a minute. */
import type { RuleCase, Series } from '../../../support/promtool';

const pod = 'redis-0';

/** Values from a first one, with a step, over minutes. */
const over = (minutes: number, first: number, step = 0) => `${first}+${step}x${minutes * 4 - 1}`;

const bothUp: readonly Series[] = ['redis-0', 'redis-1'].flatMap((name): Series[] => [
  ['up', { pod: name }, over(60, 1)],
  ['redis_up', { pod: name }, over(60, 1)],
  ['redis_exporter_last_scrape_error', { pod: name, err: '' }, over(60, 0)],
]);

const ofPods = (first: readonly Series[]): readonly Series[] => [...first, ...bothUp.slice(3)];

const availability: readonly RuleCase[] = [
  { alert: 'RedisDown', says: 'all are up', series: bothUp, firing: { '10m': [] } },
  {
    alert: 'RedisDown',
    says: 'one does not answer, and comes back',
    series: ofPods([
      ['up', { pod }, over(60, 1)],
      ['redis_up', { pod }, `${over(5, 1)} ${over(10, 0)} ${over(20, 1)}`],
    ]),
    firing: { '4m': [], '10m': [{ pod }], '20m': [] },
  },
  {
    alert: 'RedisDown',
    says: 'its exporter does not answer either',
    series: ofPods([['up', { pod }, `${over(5, 1)} ${over(20, 0)}`]]),
    firing: { '10m': [{ pod }] },
  },
  {
    alert: 'RedisDown',
    says: 'its pod is gone, and its series with it',
    series: ofPods([
      ['up', { pod }, `${over(5, 1)} _x100`],
      ['redis_up', { pod }, `${over(5, 1)} _x100`],
    ]),
    firing: { '4m': [], '15m': [{}] },
  },
  { alert: 'RedisDown', says: 'nothing is asked at all', series: [], firing: { '5m': [{}] } },
  {
    alert: 'RedisDown',
    says: 'it restarts within a scrape or two',
    series: ofPods([['up', { pod }, `${over(5, 1)} 0 0 ${over(10, 1)}`]]),
    firing: { '5m45s': [], '6m30s': [], '10m': [] },
  },
  {
    alert: 'RedisDown',
    says: 'the server answers and refuses the exporter: that is another alert',
    series: ofPods([
      ['up', { pod }, over(60, 1)],
      ['redis_up', { pod }, over(60, 0)],
      ['redis_exporter_last_scrape_error', { pod, err: 'WRONGPASS invalid username-password pair' }, over(60, 1)],
    ]),
    firing: { '10m': [] },
  },
  {
    alert: 'RedisExporterBroken',
    says: 'its password is refused',
    series: [
      ['up', { pod }, over(60, 1)],
      ['redis_up', { pod }, `${over(5, 1)} ${over(10, 0)} ${over(20, 1)}`],
      ['redis_exporter_last_scrape_error', { pod, err: '' }, `${over(5, 0)} _x40 ${over(20, 0)}`],
      ['redis_exporter_last_scrape_error', { pod, err: 'WRONGPASS invalid' }, `_x20 ${over(10, 1)} _x80`],
    ],
    firing: { '4m': [], '12m': [{ pod }], '25m': [] },
  },
  {
    alert: 'RedisExporterBroken',
    says: 'it tells nothing of Redis',
    series: [['up', { pod }, over(60, 1)]],
    firing: { '10m': [{ pod }] },
  },
  {
    alert: 'RedisExporterBroken',
    says: 'Redis is down, and the exporter says so',
    series: ofPods([
      ['up', { pod }, over(60, 1)],
      ['redis_up', { pod }, over(60, 0)],
      ['redis_exporter_last_scrape_error', { pod, err: 'dial tcp: connection refused' }, over(60, 1)],
    ]),
    firing: { '10m': [] },
  },
];

const memory = (used: string, max = over(60, 100)): readonly Series[] => [
  ['redis_memory_used_bytes', { pod }, used],
  ['redis_memory_max_bytes', { pod }, max],
];

const room: readonly RuleCase[] = [
  {
    alert: 'RedisMemoryHigh',
    severity: 'warning',
    says: 'above 80 % for five minutes, then below',
    series: memory(`${over(5, 79)} ${over(15, 81)} ${over(20, 60)}`),
    firing: { '4m': [], '9m': [], '12m': [{ pod }], '25m': [] },
  },
  {
    alert: 'RedisMemoryHigh',
    severity: 'critical',
    says: '85 % are no reason to wake anybody',
    series: memory(over(60, 85)),
    firing: { '20m': [] },
  },
  {
    alert: 'RedisMemoryHigh',
    severity: 'critical',
    says: 'above 90 % for two minutes, then below',
    series: memory(`${over(5, 50)} ${over(10, 91)} ${over(20, 60)}`),
    firing: { '6m': [], '9m': [{ pod }], '20m': [] },
  },
  {
    alert: 'RedisMemoryHigh',
    says: 'there is no maximum',
    series: memory(over(60, 85), over(60, 0)),
    firing: { '20m': [] },
  },
  {
    alert: 'RedisEvictionsRising',
    says: 'steady eviction, however much',
    series: [['redis_evicted_keys_total', { pod }, over(180, 0, 15 * 500)]],
    firing: { '30m': [], '90m': [], '170m': [] },
  },
  {
    alert: 'RedisEvictionsRising',
    says: 'fewer than ten a second',
    series: [['redis_evicted_keys_total', { pod }, `${over(60, 0)} ${over(20, 0, 15 * 9)}`]],
    firing: { '70m': [] },
  },
  {
    alert: 'RedisEvictionsRising',
    says: 'from twenty to a hundred a second, and steady after that',
    series: [['redis_evicted_keys_total', { pod }, `${over(120, 0, 300)} ${over(180, 144_000, 1_500)}`]],
    firing: { '119m': [], '130m': [{ pod }], '280m': [] },
  },
  {
    alert: 'RedisEvictionsRising',
    says: 'a new server that begins to evict: there is no hour before',
    series: [['redis_evicted_keys_total', { pod }, `0x7 ${over(10, 0, 1_500)}`]],
    firing: { '9m': [{ pod }] },
  },
];

const status = (metric: string, values: string): readonly Series[] => [
  ...['redis_rdb_last_bgsave_status', 'redis_aof_last_write_status', 'redis_aof_last_bgrewrite_status']
    .filter((name) => name !== metric)
    .map((name): Series => [name, { pod }, over(60, 1)]),
  [metric, { pod }, values],
];

const persistence: readonly RuleCase[] = [
  ...['redis_rdb_last_bgsave_status', 'redis_aof_last_write_status', 'redis_aof_last_bgrewrite_status'].map(
    (metric): RuleCase => ({
      alert: 'RedisPersistenceFailing',
      says: `${metric} says so, then no longer`,
      series: status(metric, `${over(5, 1)} ${over(10, 0)} ${over(20, 1)}`),
      firing: { '4m': [], '8m': [{ pod }], '20m': [] },
    }),
  ),
  {
    alert: 'RedisPersistenceFailing',
    says: 'the last snapshot is old, because none are made',
    series: [
      ...status('redis_rdb_last_bgsave_status', over(60, 1)),
      ['redis_rdb_last_save_timestamp_seconds', { pod }, over(60, 0)],
    ],
    firing: { '50m': [] },
  },
];

const commands = (count: string, seconds: string): readonly Series[] => [
  ['redis_commands_total', { pod, cmd: 'get' }, count],
  ['redis_commands_duration_seconds_total', { pod, cmd: 'get' }, seconds],
];

const clients: readonly RuleCase[] = [
  {
    alert: 'RedisConnectionsRejected',
    says: 'some were refused, then none',
    series: [['redis_rejected_connections_total', { pod }, `${over(5, 7)} 8 9 ${over(30, 9)}`]],
    firing: { '4m': [], '6m': [{ pod }], '20m': [] },
  },
  {
    alert: 'RedisConnectionsRejected',
    says: 'some were refused long ago',
    series: [['redis_rejected_connections_total', { pod }, over(60, 7)]],
    firing: { '30m': [] },
  },
  {
    alert: 'RedisClientsNearLimit',
    says: 'above 80 % for five minutes, then below',
    series: [
      ['redis_connected_clients', { pod }, `${over(5, 7_000)} ${over(10, 8_100)} ${over(20, 500)}`],
      ['redis_config_maxclients', { pod }, over(60, 10_000)],
    ],
    firing: { '9m': [], '12m': [{ pod }], '20m': [] },
  },
  {
    alert: 'RedisLatencyHigh',
    says: 'two milliseconds a command for ten minutes',
    series: commands(over(60, 0, 1_500), `${over(10, 0, 0.05)} ${over(15, 2, 3)} ${over(30, 182, 0.05)}`),
    firing: { '9m': [], '20m': [{ pod }], '45m': [] },
  },
  {
    alert: 'RedisLatencyHigh',
    says: 'one slow command now and then, on a server that has nothing to do',
    series: commands(over(60, 0, 1), over(60, 0, 0.5)),
    firing: { '30m': [] },
  },
];

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
    says: 'a throttled replica: 30 s behind, and it acknowledges every second; then it catches up',
    series: replication(`${over(10, 970_000_000, 15_000_000)} ${over(20, 1_600_000_000, 15_000_000)}`),
    firing: { '5m': [replica], '15m': [] },
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

export const redisCases = [...availability, ...room, ...persistence, ...clients, ...lag, ...missing, ...cluster];

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
    says: 'there are two',
    series: [master('redis-0', 'a', over(60, 1)), master('redis-1', 'b', `_x20 ${over(20, 1)} _x80`)],
    firing: { '4m': [], '10m': [{}], '35m': [] },
  },
];
