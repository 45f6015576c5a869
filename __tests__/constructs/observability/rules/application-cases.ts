/** When alerts about the application and about the watching fire, and when they don't. Four values a minute. */
import { over, type RuleCase, type Series } from '../../../support/promtool';

/** Series that say one thing, by metric and values. */
const gauge = (metric: string, values: string): readonly Series[] => [
  [metric, { job: 'worker', pod: 'worker-1' }, values],
];

/** Above a limit from the fifth to the fifteenth minute. */
const hump = (low: number, high: number) => `${over(5, low)} ${over(10, high)} ${over(30, low)}`;

const programs: readonly RuleCase[] = (['ApiDown', 'WorkerDown'] as const).flatMap((alert): RuleCase[] => {
  const job = alert === 'ApiDown' ? 'api' : 'worker';
  return [
    {
      alert,
      says: 'one of two is down',
      series: [
        ['up', { job, pod: '1' }, over(60, 1)],
        ['up', { job, pod: '2' }, over(60, 0)],
      ],
      firing: { '30m': [] },
    },
    { alert, says: 'none is there to be asked', series: [], firing: { '5m': [{}] } },
    {
      alert,
      says: 'all are down for a while',
      series: [['up', { job, pod: '1' }, hump(1, 0)]],
      firing: { '4m': [], '8m': [{}], '20m': [] },
    },
  ];
});

const connection = (pod: string, values: string): Series => ['redis_connection_ready', { job: 'api', pod }, values];

const reachability: readonly RuleCase[] = [
  {
    alert: 'RedisUnreachable',
    says: 'one process has no connection, another has',
    series: [connection('1', over(60, 0)), connection('2', over(60, 1))],
    firing: { '30m': [] },
  },
  {
    alert: 'RedisUnreachable',
    says: 'nobody has, for a while',
    series: [connection('1', hump(1, 0)), connection('2', hump(1, 0))],
    firing: { '4m': [], '8m': [{}], '20m': [] },
  },
  { alert: 'RedisUnreachable', says: 'nobody tells, for nobody runs', series: [], firing: { '10m': [] } },
];

/** For each gauge of the queue: a value that is fine, and one that is not. */
const queueGauges = [
  ['QueueLag', 'queue_oldest_seconds', 290, 310],
  ['QueuePendingStuck', 'queue_oldest_pending_seconds', 290, 310],
  ['QueueDeadLetters', 'queue_dead_letters', 0, 1],
  ['OutboxBacklog', 'outbox_oldest_seconds', 590, 610],
] as const;

const added = (values: string): Series => ['queue_messages_added_total', { job: 'api', pod: 'api-1' }, values];
const completed = (values: string): Series => [
  'queue_messages_total',
  { job: 'worker', pod: 'worker-1', outcome: 'completed' },
  values,
];

const queue: readonly RuleCase[] = [
  ...queueGauges.flatMap(([alert, metric, fine, bad]): RuleCase[] => [
    {
      alert,
      says: `at ${bad} for ten minutes`,
      series: gauge(metric, hump(fine, bad)),
      firing: { '4m': [], '10m': [{}], '20m': [] },
    },
    { alert, says: 'nobody measures it', series: [], firing: { '10m': [] } },
  ]),
  {
    alert: 'QueueDeadLetters',
    says: 'two workers measure the same letter',
    series: [
      ['queue_dead_letters', { job: 'worker', pod: 'worker-1' }, over(10, 1)],
      ['queue_dead_letters', { job: 'worker', pod: 'worker-2' }, over(10, 1)],
    ],
    firing: { '5m': [{}] },
  },
  {
    alert: 'QueueStalled',
    says: 'nothing is completed for a quarter of an hour, then all is',
    series: [added(over(60, 0, 15)), completed(`${over(10, 0, 15)} ${over(20, 600)} ${over(30, 600, 60)}`)],
    firing: { '9m': [], '25m': [{}], '40m': [] },
  },
  {
    alert: 'QueueStalled',
    says: 'no worker tells anything',
    series: [added(over(60, 0, 15))],
    firing: { '20m': [{}] },
  },
  {
    alert: 'QueueStalled',
    says: 'nothing comes in either',
    series: [added(over(60, 600)), completed(over(60, 600))],
    firing: { '50m': [] },
  },
  { alert: 'QueueUnmeasured', says: 'no worker tells its depth', series: [], firing: { '4m': [], '10m': [{}] } },
  {
    alert: 'QueueUnmeasured',
    says: 'none tells it, then one of two does',
    series: gauge('queue_depth_messages', `_x40 ${over(20, 0)}`),
    firing: { '9m': [{}], '20m': [] },
  },
  {
    alert: 'QueueUnmeasured',
    says: 'one of two tells it',
    series: gauge('queue_depth_messages', over(60, 0)),
    firing: { '50m': [] },
  },
];

const checks = (source: string, values: string): Series => [
  'rate_limit_checks_total',
  { job: 'api', pod: 'api-1', policy: 'default', decision: 'allowed', source },
  values,
];

const reads = (gets: string, errors: string): readonly Series[] => [
  ['cache_gets_total', { job: 'api', pod: 'api-1', result: 'hit' }, gets],
  ['cache_errors_total', { job: 'api', pod: 'api-1', operation: 'get' }, errors],
];

/** Waits of locks: `fast` within 100 ms, and `all` of which the others take 2 to 3 seconds. */
const waits = (fast: string, all: string): readonly Series[] =>
  [
    ['0.1', fast],
    ['1', fast],
    ['2.5', all],
    ['+Inf', all],
  ].map(([le = '', values = '']): Series => ['lock_wait_seconds_bucket', { job: 'api', pod: 'api-1', le }, values]);

const coordination: readonly RuleCase[] = [
  {
    alert: 'RateLimiterOnFallback',
    says: 'for ten minutes',
    series: [checks('redis', over(60, 0, 100)), checks('local', `${over(5, 0)} ${over(10, 10, 10)} ${over(30, 410)}`)],
    firing: { '4m': [], '10m': [{}], '25m': [] },
  },
  {
    alert: 'RateLimiterOnFallback',
    says: 'Redis decides',
    series: [checks('redis', over(60, 0, 100))],
    firing: { '30m': [] },
  },
  {
    alert: 'CacheErrors',
    says: 'two of a hundred reads, then none',
    series: reads(over(60, 0, 100), `${over(5, 0)} ${over(10, 2, 2)} ${over(30, 80)}`),
    firing: { '4m': [], '13m': [{}], '25m': [] },
  },
  {
    alert: 'CacheErrors',
    says: 'one of a thousand reads',
    series: reads(over(60, 0, 1_000), over(60, 0, 1)),
    firing: { '30m': [] },
  },
  { alert: 'CacheErrors', says: 'nobody reads', series: reads(over(60, 5), over(60, 5)), firing: { '30m': [] } },
  {
    alert: 'LockWaitsLong',
    says: 'one of ten waits for more than a second, then none',
    series: waits(`${over(20, 0, 90)} ${over(30, 7_200, 100)}`, over(50, 0, 100)),
    firing: { '2m': [], '15m': [{}], '40m': [] },
  },
  {
    alert: 'LockWaitsLong',
    says: 'one of fifty does',
    series: waits(over(60, 0, 98), over(60, 0, 100)),
    firing: { '50m': [] },
  },
  {
    alert: 'LocksLost',
    says: 'one is lost, once',
    series: [['lock_failures_total', { job: 'api', pod: 'api-1', kind: 'lost' }, `${over(5, 0)} ${over(30, 1)}`]],
    firing: { '4m': [], '6m': [{}], '15m': [] },
  },
  {
    alert: 'LocksLost',
    says: 'others wait in vain, which is what a timeout is for',
    series: [['lock_failures_total', { job: 'api', pod: 'api-1', kind: 'timeout' }, over(60, 0, 5)]],
    firing: { '30m': [] },
  },
  {
    alert: 'NoLeader',
    says: 'one of two leads; then none for ten minutes',
    series: [
      ['leader', { job: 'worker', pod: 'worker-1' }, over(60, 0)],
      ['leader', { job: 'worker', pod: 'worker-2' }, hump(1, 0)],
    ],
    firing: { '4m': [], '10m': [{}], '20m': [] },
  },
];

const day = 86_400;
const server = '10.0.0.7:6379';

const watching: readonly RuleCase[] = [
  ...(
    [
      ['warning', 14],
      ['critical', 2],
    ] as const
  ).flatMap(([severity, days]): RuleCase[] => [
    {
      alert: 'CertificateExpiring',
      severity,
      says: `fewer than ${days} days left on one of two servers, until it is renewed`,
      series: [
        ['tls_certificate_expiry_timestamp_seconds', { server: '10.0.0.8:6379', pod: 'api-1' }, over(60, 60 * day)],
        [
          'tls_certificate_expiry_timestamp_seconds',
          { server, pod: 'api-1' },
          `${over(20, days * day)} ${over(30, 90 * day)}`,
        ],
      ],
      firing: { '10m': [{ server }], '30m': [] },
    },
    {
      alert: 'CertificateExpiring',
      severity,
      says: `${days + 1} days left`,
      series: [['tls_certificate_expiry_timestamp_seconds', { server, pod: 'api-1' }, over(60, (days + 1) * day)]],
      firing: { '50m': [] },
    },
  ]),
  { alert: 'DeadMansSwitch', says: 'always', series: [], firing: { '0m': [{}], '30m': [{}] } },
];

export const applicationCases = [...programs, ...reachability, ...queue, ...coordination, ...watching];
