/** Alerts about each Redis server, over the series of redis_exporter. */
import type { AlertRule } from './alert';
import { memoryShare } from './expressions';
import { jobs, ofPlatform, waitOf, windowOf, type WatchedPlatform, type WatchedRedis } from './watched-platform';

/** What the exporter says when Redis answers, and refuses it. */
const refusals = 'NOAUTH.*|WRONGPASS.*|NOPERM.*|.*certificate.*|.*x509.*';

const server = { component: 'redis' } as const;

/** @param redis of the platform */
export function redisServerRules(platform: WatchedPlatform, redis: WatchedRedis): readonly AlertRule[] {
  return [
    ...availabilityRules(platform, redis),
    ...memoryRules(platform),
    ...persistenceRules(platform),
    ...clientRules(platform, redis),
  ];
}

function availabilityRules(platform: WatchedPlatform, { servers }: WatchedRedis): AlertRule[] {
  const s = ofPlatform(platform);
  const targets = `up{${s},job="${jobs.redis}"}`;
  const refused = `max by (pod) (redis_exporter_last_scrape_error{${s},err=~"${refusals}"}) > 0`;
  return [
    {
      ...server,
      alert: 'RedisDown',
      severity: 'critical',
      // A pod that goes takes its series with it, so what is not there counts as much as a zero. An exporter that does not
      // answer leaves open whether Redis does, and nobody may assume it.
      expr: [
        `(min by (pod) (redis_up{${s}}) == 0 unless ${refused})`,
        `min by (pod) (${targets}) == 0`,
        `${servers} - count(${targets}) > 0`,
        `absent(${targets})`,
      ].join(' or '),
      forSeconds: waitOf(60, platform.pace),
      summary:
        '{{ with $labels.pod }}Redis {{ . }} does not answer{{ else }}Not all servers of Redis are there to be asked{{ end }}',
      description:
        'Its shard has a copy less. If it was the master and no replica takes over, its keys can be neither read nor written.',
    },
    {
      component: 'watching',
      alert: 'RedisExporterBroken',
      severity: 'warning',
      expr: [
        `(min by (pod) (redis_up{${s}}) == 0 and ${refused})`,
        `(max by (pod) (redis_exporter_last_scrape_error{${s}}) > 0 and min by (pod) (redis_up{${s}}) == 1)`,
        `(min by (pod) (${targets}) == 1 unless count by (pod) (redis_up{${s}}))`,
      ].join(' or '),
      forSeconds: waitOf(120, platform.pace),
      summary: 'The exporter of {{ $labels.pod }} tells nothing of Redis, which answers',
      description: 'Until it does, no alert about this server can fire.',
    },
  ];
}

function memoryRules(platform: WatchedPlatform): AlertRule[] {
  const s = ofPlatform(platform);
  const { pace } = platform;
  const share = `max by (pod) (${memoryShare(s)})`;
  const evicted = (seconds: number, offset = '') =>
    `sum by (pod) (rate(redis_evicted_keys_total{${s}}[${windowOf(seconds, pace)}]${offset}))`;
  const memory = {
    ...server,
    alert: 'RedisMemoryHigh',
    summary: 'Redis {{ $labels.pod }} uses {{ $value | humanizePercentage }} of its memory',
  };
  return [
    {
      ...memory,
      severity: 'warning',
      expr: `${share} > 0.8`,
      forSeconds: waitOf(300, pace),
      description: 'There is time for more shards or larger ones. At 100 % keys with a TTL are evicted.',
    },
    {
      ...memory,
      severity: 'critical',
      expr: `${share} > 0.9`,
      forSeconds: waitOf(120, pace),
      description:
        'Soon keys with a TTL are evicted; then writes without one fail, those of queue and locks among them.',
    },
    {
      ...server,
      alert: 'RedisEvictionsRising',
      severity: 'warning',
      // A cache may evict all day. News is a rate of three times the hour before; a new server's hour before was zero.
      expr:
        `${evicted(300)} > 10 and ${evicted(300)} > 3 * ` +
        `(${evicted(3_600, ` offset ${windowOf(300, pace)}`)} or sum by (pod) (redis_evicted_keys_total{${s}}) * 0)`,
      forSeconds: waitOf(120, pace),
      summary: 'Redis {{ $labels.pod }} evicts {{ $value | humanize }} keys a second, three times what it did before',
      description:
        'Cached entries, sessions and counters of limits are lost before their time, and the database gets the load.',
    },
  ];
}

function persistenceRules(platform: WatchedPlatform): AlertRule[] {
  const s = ofPlatform(platform);
  const failing = ['redis_rdb_last_bgsave_status', 'redis_aof_last_write_status', 'redis_aof_last_bgrewrite_status'];
  return [
    {
      ...server,
      alert: 'RedisPersistenceFailing',
      severity: 'critical',
      // Not the age of the last snapshot: it grows for ever where only the append-only file is used.
      expr: `max by (pod) (${failing.map((metric) => `${metric}{${s}} == 0`).join(' or ')}) == 0`,
      forSeconds: waitOf(60, platform.pace),
      summary: 'Redis {{ $labels.pod }} can not write to its disk',
      description: 'What is acknowledged is in memory alone, and a restart loses it. Redis may refuse writes.',
    },
  ];
}

function clientRules(platform: WatchedPlatform, { maxClients }: WatchedRedis): AlertRule[] {
  const s = ofPlatform(platform);
  const { pace } = platform;
  const window = windowOf(300, pace);
  const rejected = `redis_rejected_connections_total{${s}}`;
  const commands = `sum by (pod) (rate(redis_commands_total{${s}}[${window}]))`;
  const clientLimit =
    maxClients === 'exported' ? `(last_over_time(redis_max_clients{${s}}[${window}]) > 0)` : String(maxClients);
  return [
    {
      ...server,
      alert: 'RedisConnectionsRejected',
      severity: 'critical',
      // A server that is full refuses its exporter as well. What it refused meanwhile is told by the first scrape after the
      // gap, and is more than all before it; the rise within a window would miss it.
      expr:
        `sum by (pod) (increase(${rejected}[${window}])) > 0 or ` +
        `sum by (pod) (${rejected} - max_over_time(${rejected}[${windowOf(3_600, pace)}] offset ${window})) > 0`,
      forSeconds: 0,
      summary: 'Redis {{ $labels.pod }} has refused connections: it has as many clients as it takes',
      description: 'Clients that have no connection fail, those with one go on.',
    },
    {
      ...server,
      alert: 'RedisClientsNearLimit',
      severity: 'warning',
      // The last that was told: when it is full it tells nothing any more.
      expr: `max by (pod) (last_over_time(redis_connected_clients{${s}}[${window}]) / ${clientLimit}) > 0.8`,
      forSeconds: waitOf(60, pace),
      summary: 'Redis {{ $labels.pod }} has {{ $value | humanizePercentage }} of the clients it takes',
      description: 'At 100 % it refuses connections, those of people who look for the cause as well.',
    },
    {
      ...server,
      alert: 'RedisLatencyHigh',
      severity: 'warning',
      // Time in the server, without the wait of blocking commands: what one slow command adds, all others wait for.
      expr:
        `sum by (pod) (rate(redis_commands_duration_seconds_total{${s}}[${window}])) / ` + `(${commands} > 1) > 0.001`,
      forSeconds: waitOf(300, pace),
      summary: 'A command takes Redis {{ $labels.pod }} {{ $value | humanizeDuration }} on average',
      description: 'Redis runs one command at a time, so every client waits. Usual are 1 to 50 µs.',
    },
  ];
}
