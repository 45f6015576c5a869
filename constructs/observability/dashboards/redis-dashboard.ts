/** Redis, as its exporters tell. */
import { memoryShare, replicasOfMasters } from '../rules/expressions';
import { ofPlatform, type WatchedPlatform, type WatchedRedis } from '../rules/watched-platform';
import type { DashboardDefinition, PanelDefinition } from './panel';

/** The window of rates: Grafana makes it long enough for the interval of scrapes and the width of the panel. */
const window = '$__rate_interval';

export function redisDashboard(platform: WatchedPlatform, redis: WatchedRedis): DashboardDefinition {
  const s = ofPlatform(platform);
  return {
    uid: `${platform.clusterName}-servers`,
    title: `${platform.clusterName}: Redis`,
    description: 'Memory, load, replication and roles of all servers',
    rows: [
      { title: 'Now', panels: statePanels(s, redis) },
      { title: 'Memory', panels: memoryPanels(s) },
      { title: 'Load', panels: loadPanels(s) },
      { title: 'Replication', panels: replicationPanels(s, redis) },
    ],
  };
}

function statePanels(s: string, { servers, shards, topology }: WatchedRedis): readonly PanelDefinition[] {
  return [
    {
      title: 'Servers that answer',
      description: `Servers of Redis that their exporter reaches. There are ${servers}.`,
      unit: 'none',
      view: 'stat',
      runbook: 'RedisDown',
      redBelow: servers,
      prometheus: [{ expr: `sum(redis_up{${s}}) or vector(0)`, legend: 'servers' }],
    },
    ...(topology === 'cluster' ? [slotsPanel(s)] : []),
    {
      title: 'Masters',
      description: `Servers that take writes. There are ${shards}.`,
      unit: 'none',
      view: 'stat',
      runbook: topology === 'cluster' ? 'RedisSlotsUncovered' : 'RedisNotOneMaster',
      redBelow: shards,
      redAbove: shards,
      prometheus: [{ expr: `count(redis_instance_info{${s},role="master"} == 1) or vector(0)`, legend: 'masters' }],
    },
    {
      title: 'Fullest server',
      description: 'Used memory as a share of maxmemory. From 80 % there is a warning, from 90 % somebody is woken.',
      unit: 'percentunit',
      view: 'stat',
      runbook: 'RedisMemoryHigh',
      redAbove: 0.8,
      prometheus: [{ expr: `max(${memoryShare(s)})`, legend: 'share' }],
    },
  ];
}

const slotsPanel = (s: string): PanelDefinition => ({
  title: 'Slots served',
  description: 'Slots whose server answers, by the best account of any node. All are 16,384.',
  unit: 'none',
  view: 'stat',
  runbook: 'RedisSlotsUncovered',
  redBelow: 16_384,
  prometheus: [{ expr: `max(redis_cluster_slots_ok{${s}}) or vector(0)`, legend: 'slots' }],
});

const memoryPanels = (s: string): readonly PanelDefinition[] => [
  {
    title: 'Used memory',
    description: 'Memory of data, buffers and overhead, by server. The dashed line is maxmemory.',
    unit: 'bytes',
    view: 'time series',
    runbook: 'RedisMemoryHigh',
    prometheus: [
      { expr: `max by (pod) (redis_memory_used_bytes{${s}})`, legend: '{{pod}}' },
      { expr: `max(redis_memory_max_bytes{${s}})`, legend: 'maxmemory', dashed: true },
    ],
  },
  {
    title: 'Used memory against maxmemory',
    description: 'The share that decides: at 100 % keys with a TTL are evicted, and without such keys writes fail.',
    unit: 'percentunit',
    view: 'time series',
    runbook: 'RedisMemoryHigh',
    redAbove: 0.8,
    prometheus: [
      {
        expr: `max by (pod) (${memoryShare(s)})`,
        legend: '{{pod}}',
      },
    ],
  },
  {
    title: 'Evicted and expired keys',
    description: 'Expiry is how caches work; steady eviction is a cache that is full; a rise of it is news.',
    unit: 'ops',
    view: 'time series',
    runbook: 'RedisEvictionsRising',
    prometheus: [
      { expr: `sum by (pod) (rate(redis_evicted_keys_total{${s}}[${window}]))`, legend: '{{pod}} evicted' },
      { expr: `sum by (pod) (rate(redis_expired_keys_total{${s}}[${window}]))`, legend: '{{pod}} expired' },
    ],
  },
  {
    title: 'Keys',
    description: 'Keys of each server, and how many of them expire: all others are never evicted.',
    unit: 'short',
    view: 'time series',
    runbook: 'RedisMemoryHigh',
    prometheus: [
      { expr: `sum by (pod) (redis_db_keys{${s}})`, legend: '{{pod}}' },
      { expr: `sum by (pod) (redis_db_keys_expiring{${s}})`, legend: '{{pod}} that expire' },
    ],
  },
];

const loadPanels = (s: string): readonly PanelDefinition[] => [
  {
    title: 'Commands',
    description: 'Commands a second, by server. Shards should have about as many each.',
    unit: 'ops',
    view: 'time series',
    runbook: 'RedisLatencyHigh',
    prometheus: [{ expr: `sum by (pod) (rate(redis_commands_processed_total{${s}}[${window}]))`, legend: '{{pod}}' }],
  },
  {
    title: 'Time a command takes',
    description:
      'Time in the server without the wait of blocking commands, on average. Usual are 1 to 50 µs; all others wait meanwhile.',
    unit: 's',
    view: 'time series',
    runbook: 'RedisLatencyHigh',
    redAbove: 0.001,
    prometheus: [
      {
        expr: `sum by (pod) (rate(redis_commands_duration_seconds_total{${s}}[${window}])) / sum by (pod) (rate(redis_commands_total{${s}}[${window}]))`,
        legend: '{{pod}}',
      },
    ],
  },
  {
    title: 'Hit ratio of keys',
    description: 'Reads of keys that are there, of all servers. What is new or expired is a miss, and no fault.',
    unit: 'percentunit',
    view: 'time series',
    runbook: 'RedisEvictionsRising',
    prometheus: [
      {
        expr: `sum(rate(redis_keyspace_hits_total{${s}}[${window}])) / (sum(rate(redis_keyspace_hits_total{${s}}[${window}])) + sum(rate(redis_keyspace_misses_total{${s}}[${window}])))`,
        legend: 'hits',
      },
    ],
  },
  {
    title: 'Clients',
    description: 'Connections, and those of them that wait in a blocking command. At maxclients new ones are refused.',
    unit: 'none',
    view: 'time series',
    runbook: 'RedisClientsNearLimit',
    prometheus: [
      { expr: `max by (pod) (redis_connected_clients{${s}})`, legend: '{{pod}}' },
      { expr: `max by (pod) (redis_blocked_clients{${s}})`, legend: '{{pod}} blocked' },
    ],
  },
];

const replicationPanels = (s: string, { replicasPerShard }: WatchedRedis): readonly PanelDefinition[] => [
  {
    title: 'Bytes that replicas lack',
    description:
      'What the master has written and the replica has not, at the same scrape. The lag in seconds that Redis tells is the age of the last acknowledgement, and stays at 1 when a replica falls behind.',
    unit: 'bytes',
    view: 'time series',
    runbook: 'RedisReplicationLag',
    prometheus: [
      {
        expr: `max by (pod, slave_ip, slave_port) (redis_master_repl_offset{${s}} - on (pod) group_right () redis_connected_slave_offset_bytes{${s},slave_state="online"})`,
        legend: '{{slave_ip}}:{{slave_port}} of {{pod}}',
      },
    ],
  },
  {
    title: 'Replicas of each master',
    description: `Replicas that are connected. Each master has ${replicasPerShard}.`,
    unit: 'none',
    view: 'time series',
    runbook: 'RedisReplicaMissing',
    redBelow: replicasPerShard,
    prometheus: [
      {
        expr: `max by (pod) (${replicasOfMasters(s)})`,
        legend: '{{pod}}',
      },
    ],
  },
  {
    title: 'Roles by zone',
    description: 'Masters and replicas of each zone. Masters of one zone fail together, and most of them must not.',
    unit: 'none',
    view: 'table',
    runbook: 'RedisMastersShareZone',
    prometheus: [{ expr: `count by (zone, role) (redis_instance_info{${s}} == 1)`, legend: '{{zone}} {{role}}' }],
  },
];
