/** When alerts about a server of Redis fire, and when they don't. Values come every 15 s: four a minute. */
import { over, type RuleCase, type Series } from '../../../support/promtool';

const pod = 'redis-0';

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
    says: 'it was full and refused its exporter too, for twenty minutes; then it tells how many it refused',
    series: [['redis_rejected_connections_total', { pod }, `${over(5, 7)} _x80 ${over(30, 500)}`]],
    firing: { '4m': [], '15m': [], '26m': [{ pod }], '40m': [] },
  },
  {
    alert: 'RedisConnectionsRejected',
    says: 'it was away for twenty minutes, and counts from zero',
    series: [['redis_rejected_connections_total', { pod }, `${over(5, 7)} _x80 ${over(30, 0)}`]],
    firing: { '15m': [], '26m': [], '40m': [] },
  },
  {
    alert: 'RedisConnectionsRejected',
    says: 'some were refused long ago',
    series: [['redis_rejected_connections_total', { pod }, over(60, 7)]],
    firing: { '30m': [] },
  },
  {
    alert: 'RedisClientsNearLimit',
    says: 'above 80 % for a minute and more, then below',
    series: [
      ['redis_connected_clients', { pod }, `${over(5, 7_000)} ${over(10, 8_100)} ${over(20, 500)}`],
      ['redis_max_clients', { pod }, over(60, 10_000)],
    ],
    firing: { '5m30s': [], '7m': [{ pod }], '20m': [] },
  },
  {
    alert: 'RedisClientsNearLimit',
    says: 'it is full within two minutes, and tells nothing any more, not even by its exporter',
    series: [
      ['redis_connected_clients', { pod }, `${over(5, 500)} ${over(1, 8_100, 400)} _x80`],
      ['redis_max_clients', { pod }, `${over(6, 10_000)} _x80`],
    ],
    firing: { '4m': [], '8m': [{ pod }], '20m': [] },
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

export const redisServerCases = [...availability, ...room, ...persistence, ...clients];
