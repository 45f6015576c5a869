/** Alerts about what servers are to each other: masters, replicas, slots, zones. */
import type { AlertRule } from './alert';
import { replicasOfMasters } from './expressions';
import { duration, ofPlatform, waitOf, windowOf, type WatchedPlatform, type WatchedRedis } from './watched-platform';

const topology = { component: 'redis', explainedBy: ['RedisDown'] } as const;

/** Seconds of writes that a replica may be behind. */
const lagSeconds = 5;

/** Seconds. A sample of the master's offset must be older than the newest of its replicas', whatever the order of scrapes. */
const marginSeconds = 5;

export function redisReplicationRules(platform: WatchedPlatform, redis: WatchedRedis): readonly AlertRule[] {
  return [
    ...replicaRules(platform, redis),
    ...(redis.topology === 'cluster' ? clusterRules(platform, redis) : [onlyOneMaster(platform)]),
  ];
}

function replicaRules(platform: WatchedPlatform, { replicasPerShard }: WatchedRedis): AlertRule[] {
  const s = ofPlatform(platform);
  const { pace } = platform;
  const online = `${s},slave_state="online"`;
  const replicas = `(${replicasOfMasters(s)})`;
  const perReplica = 'max by (pod, slave_ip, slave_port)';
  const offset = `redis_connected_slave_offset_bytes{${online}}`;
  const masterOffset = `redis_master_repl_offset{${s}}`;
  const missing = { ...topology, alert: 'RedisReplicaMissing' } as const;
  return [
    {
      ...topology,
      alert: 'RedisReplicationLag',
      severity: 'warning',
      // The lag that Redis tells is the age of the last acknowledgement: a throttled replica acknowledges every second and
      // can be minutes behind. So what it lacks must have been written within seconds, by the rate of the last minute; and
      // it must have by now what its master had some scrapes ago, which holds when nothing is written any more as well.
      expr: [
        `${perReplica} (redis_connected_slave_lag_seconds{${online}}) > ${lagSeconds}`,
        `${perReplica} ((${masterOffset} - on (pod) group_right () ${offset}) / on (pod) group_left () ` +
          `(rate(${masterOffset}[${windowOf(60, pace)}]) > 0)) > ${lagSeconds}`,
        `${perReplica} (${offset} < on (pod) group_left () ` +
          `(${masterOffset} offset ${duration(pace.scrapeSeconds + marginSeconds)}))`,
      ].join(' or '),
      forSeconds: waitOf(30, pace),
      summary: 'The replica {{ $labels.slave_ip }}:{{ $labels.slave_port }} of {{ $labels.pod }} is seconds behind',
      description: 'If its master fails now, what it has not got is lost, and readers of it see the past.',
    },
    {
      ...topology,
      alert: 'RedisReplicaLinkDown',
      severity: 'warning',
      expr: `min by (pod) (redis_master_link_up{${s}}) == 0`,
      forSeconds: waitOf(60, pace),
      summary: 'The replica {{ $labels.pod }} has no link to its master',
      description: 'It gets no data, and after a while it will not be elected if the master fails.',
    },
    {
      ...missing,
      severity: 'warning',
      expr: `max by (pod) (${replicas}) < ${replicasPerShard}`,
      forSeconds: waitOf(120, pace),
      summary: `The master {{ $labels.pod }} has {{ $value }} of ${replicasPerShard} replicas`,
      description: 'Its shard survives fewer failures than it should.',
    },
    {
      ...missing,
      severity: 'critical',
      explainedBy: [],
      expr: `max by (pod) (${replicas}) == 0`,
      forSeconds: waitOf(900, pace),
      summary: 'The master {{ $labels.pod }} has had no replica for a quarter of an hour',
      description: 'If it fails, its shard is down; if its disk fails, the data of the shard is lost.',
    },
  ];
}

/** Slots of every Redis Cluster. Source: the cluster specification of Redis. */
const slots = 16_384;

function clusterRules(platform: WatchedPlatform, { shards, zones }: WatchedRedis): AlertRule[] {
  const s = ofPlatform(platform);
  const { clusterName, pace } = platform;
  const mastersPerZone = Math.ceil(shards / zones);
  return [
    {
      component: 'redis',
      alert: 'RedisClusterDown',
      severity: 'critical',
      // The best that any node tells: one that is cut off calls the cluster down, and is alone with that.
      expr: `max(redis_cluster_state{${s}}) == 0`,
      forSeconds: waitOf(30, pace),
      summary: `The cluster ${clusterName} is down`,
      description: 'It refuses commands: most masters are out of reach, or slots have no server.',
    },
    {
      component: 'redis',
      alert: 'RedisSlotsUncovered',
      severity: 'critical',
      // What most nodes say: one that is cut off misses all others, and is alone with that.
      expr:
        `quantile(0.5, redis_cluster_slots_fail{${s}} + redis_cluster_slots_pfail{${s}}) > 0 or ` +
        `${slots} - max(redis_cluster_slots_assigned{${s}}) > 0`,
      forSeconds: waitOf(60, pace),
      summary: `{{ $value }} slots of ${clusterName} have no server that answers`,
      description:
        'Their keys can be neither read nor written. An automatic failover should have come to an end by now.',
      explainedBy: ['RedisClusterDown'],
    },
    {
      ...topology,
      alert: 'RedisMastersShareZone',
      severity: 'warning',
      expr: `count by (zone) (redis_instance_info{${s},role="master"} == 1) > ${mastersPerZone}`,
      forSeconds: waitOf(900, pace),
      summary: `The zone {{ $labels.zone }} has {{ $value }} masters of ${clusterName}`,
      description: 'If the zone fails they fail together, and without a majority of masters there is no failover.',
    },
  ];
}

function onlyOneMaster(platform: WatchedPlatform): AlertRule {
  const s = ofPlatform(platform);
  const masters = `(count(redis_instance_info{${s},role="master"} == 1) or vector(0))`;
  return {
    ...topology,
    alert: 'RedisNotOneMaster',
    severity: 'critical',
    explainedBy: [],
    // A count of nothing is nothing, not zero. A replica that has a link knows a master that its exporter doesn't tell of.
    expr: `${masters} != 1 unless (${masters} == 0 and max(redis_master_link_up{${s}}) == 1)`,
    forSeconds: waitOf(60, platform.pace),
    summary: 'Redis has {{ $value }} masters instead of one',
    description: 'Without one nothing can be written. With two, what one of them accepts will be thrown away.',
  };
}
