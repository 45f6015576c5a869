import { clusterFindings } from '../../../kubernetes/faults/redis/cluster-steadiness';
import { sentinelFindings } from '../../../kubernetes/faults/redis/sentinel-steadiness';
import { parseServer } from '../../../kubernetes/faults/redis/server-state';

const ids = ['a', 'b'].map((letter) => letter.repeat(40));

/** A cluster of one shard. @param lines of redis-0 in the place of others that begin so */
function serverText(own: number, changes: Readonly<Record<string, string>> = {}): string {
  const lines = {
    'loading:': 'loading:0',
    'role:': own === 0 ? 'role:master' : 'role:slave',
    ...(own === 1 && {
      'master_link_status:': 'master_link_status:up',
      'master_sync_in_progress:': 'master_sync_in_progress:0',
    }),
    'cluster_state:': 'cluster_state:ok',
    'cluster_slots_ok:': 'cluster_slots_ok:16384',
    0: `${ids[0] ?? ''} 10.244.1.2:6379@16379,redis-0.redis-headless.redis.svc.cluster.local ${own === 0 ? 'myself,' : ''}master - 0 1 1 connected 0-16000 16001-16383`,
    1: `${ids[1] ?? ''} 10.244.2.2:6379@16379,redis-1.redis-headless.redis.svc.cluster.local ${own === 1 ? 'myself,' : ''}slave ${ids[0] ?? ''} 0 1 1 connected`,
  };
  return Object.values({ ...lines, ...changes }).join('\n');
}

const expected = { pods: ['redis-0', 'redis-1'], shards: 1, replicasPerShard: 1 };

const findings = (changes: Readonly<Record<string, string>>) =>
  clusterFindings([parseServer('redis-0', serverText(0, changes)), parseServer('redis-1', serverText(1))], expected);

test('a line of CLUSTER NODES is read with its slots, those that move aside', () => {
  const text = `${ids[0] ?? ''} 10.0.0.1:6379@16379,redis-3.redis-headless myself,master - 0 1 7 connected 0-99 200 [300->-b]`;
  expect(parseServer('redis-3', text).nodes).toEqual([
    { id: ids[0], pod: 'redis-3', flags: ['myself', 'master'], master: undefined, isConnected: true, slots: 101 },
  ]);
});

test('a whole cluster', () => expect(findings({})).toEqual([]));

test.each([
  ['cluster_state:', 'cluster_state:fail', 'redis-0: cluster_state is fail'],
  ['cluster_slots_ok:', 'cluster_slots_ok:10922', 'redis-0: 10922 slots are ok'],
  ['loading:', 'loading:1', 'redis-0: reads its data'],
  [
    '1',
    `${ids[1] ?? ''} 10.244.2.2:6379@16379,redis-1.redis-headless slave,fail ${ids[0] ?? ''} 0 1 1 disconnected`,
    'redis-0: redis-1 is slave,fail, disconnected',
  ],
  ['1', '', 'redis-0: knows 1 nodes of 2'],
  [
    '0',
    `${ids[0] ?? ''} 10.244.1.2:6379@16379,redis-0.redis-headless myself,master - 0 1 1 connected`,
    '0 masters have slots, not 1',
  ],
  [
    '0',
    `${ids[0] ?? ''} 10.244.1.2:6379@16379,redis-0.redis-headless myself,master - 0 1 1 connected 0-14744`,
    'redis-0 has 14745 slots, less than its share',
  ],
])('%s is %s', (name, line, finding) => expect(findings({ [name]: line })).toContain(finding));

test('a replica without its master', () => {
  const replica = parseServer('redis-1', serverText(1, { 'master_link_status:': 'master_link_status:down' }));
  const all = clusterFindings([parseServer('redis-0', serverText(0)), replica], expected);
  expect(all).toEqual(['redis-1: has lost its master']);
});

describe('with Sentinels', () => {
  const host = (pod: string) => `${pod}.redis-headless.redis.svc.cluster.local`;
  const server = (pod: string, ...lines: readonly string[]) => parseServer(pod, ['loading:0', ...lines].join('\n'));
  const replica = (pod: string, master = 'redis-node-0') =>
    server(pod, 'role:slave', `master_host:${host(master)}`, 'master_link_status:up', 'master_sync_in_progress:0');
  const master = server('redis-node-0', 'role:master', 'slave0:ip=x,state=online', 'slave1:ip=y,state=online');
  const pods = ['redis-node-0', 'redis-node-1', 'redis-node-2'];
  const sentinels = pods.map((pod) => ({ pod, masterHost: host('redis-node-0'), quorum: 'OK 3 usable Sentinels' }));

  test('all agree', () =>
    expect(sentinelFindings([master, replica('redis-node-1'), replica('redis-node-2')], sentinels)).toEqual([]));

  test('two masters', () =>
    expect(sentinelFindings([master, { ...master, pod: 'redis-node-1' }], sentinels)).toEqual([
      'masters: redis-node-0, redis-node-1',
    ]));

  test('a replica of another, a Sentinel of another mind, and one without the rest', () => {
    const others = sentinels.map((one, index) =>
      index === 1 ? { ...one, masterHost: host('redis-node-2') } : index === 2 ? { ...one, quorum: 'NOQUORUM 1' } : one,
    );
    expect(
      sentinelFindings([master, replica('redis-node-1', 'redis-node-2'), replica('redis-node-2')], others),
    ).toEqual([
      `redis-node-1 follows ${host('redis-node-2')}`,
      `Sentinel of redis-node-1: the master is ${host('redis-node-2')}`,
      'Sentinel of redis-node-2: NOQUORUM 1',
    ]);
  });
});
