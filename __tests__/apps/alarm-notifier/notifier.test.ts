import { webhookMessage } from '../../../apps/alert-receiver/notifications';
import { readAnnouncement, readNews } from '../../../apps/alarm-notifier/message';
import { Notifier } from '../../../apps/alarm-notifier/notifier';
import type { NotificationRequest } from '../../../apps/alarm-notifier/requests';
import { notifierSettings, type NotifierSettings } from '../../../apps/alarm-notifier/settings';
import { alarmDescription } from '../../../constructs/observability/alarms/announcement';

const settings: NotifierSettings = {
  receivers: {
    page: [{ kind: 'pagerduty', secret: 'test/alerts/pagerduty' }],
    chat: [
      { kind: 'slack', secret: 'test/alerts/slack', channel: '#redis' },
      { kind: 'webhook', secret: 'test/alerts/hook' },
    ],
  },
  runbooksUrl: 'https://git.test.example/docs/runbooks',
  clusterName: 'test-redis',
};

const secrets: Readonly<Record<string, string>> = {
  'test/alerts/pagerduty': 'routing-key\n',
  'test/alerts/slack': 'https://hooks.test.example/slack-path',
  'test/alerts/hook': 'https://hooks.test.example/hook-path',
};

/** An alarm as CloudWatch tells it. */
const alarm = (severity: 'critical' | 'warning', state = 'ALARM') => ({
  Subject: `${state}: "test-redis-0001-001-down"`,
  Message: JSON.stringify({
    AlarmName: 'test-redis-0001-001-down',
    AlarmArn: 'arn:aws:cloudwatch:eu-central-1:111122223333:alarm:test-redis-0001-001-down',
    AlarmDescription: alarmDescription({ severity, alert: 'RedisDown', says: 'Redis test-redis-0001-001 is down' }),
    NewStateValue: state,
    NewStateReason: 'Threshold Crossed: no datapoints were received for 3 periods',
    StateChangeTime: '2026-11-23T12:00:00.000+0000',
    Region: 'EU (Frankfurt)',
  }),
});

const eventOf = (...messages: readonly { readonly Subject?: string | null; readonly Message: string }[]) => ({
  Records: messages.map((Sns) => ({ EventSource: 'aws:sns', Sns })),
});

/** What is sent for messages. */
async function sent(
  messages: readonly { readonly Subject?: string | null; readonly Message: string }[],
  send: (request: NotificationRequest) => Promise<number> = () => Promise.resolve(202),
): Promise<readonly NotificationRequest[]> {
  const requests: NotificationRequest[] = [];
  const notifier = new Notifier({
    settings,
    readSecret: (name) => {
      const secret = secrets[name];
      return secret === undefined ? Promise.reject(new Error(name)) : Promise.resolve(secret);
    },
    send: (request) => {
      requests.push(request);
      return send(request);
    },
  });
  await notifier.handle(eventOf(...messages));
  return requests;
}

test('what is critical is an incident, with a link to its runbook', async () => {
  expect(await sent([alarm('critical')])).toEqual([
    {
      url: 'https://events.pagerduty.com/v2/enqueue',
      body: {
        routing_key: 'routing-key',
        event_action: 'trigger',
        dedup_key: 'arn:aws:cloudwatch:eu-central-1:111122223333:alarm:test-redis-0001-001-down',
        payload: {
          summary: 'CRITICAL: RedisDown on test-redis',
          source: 'test-redis',
          severity: 'critical',
          timestamp: '2026-11-23T12:00:00.000Z',
          custom_details: {
            says: 'Redis test-redis-0001-001 is down',
            reason: 'Threshold Crossed: no datapoints were received for 3 periods',
          },
        },
        links: [{ href: 'https://git.test.example/docs/runbooks/redis-down.md#mitigation', text: 'Runbook' }],
      },
    },
  ]);
});

test('its end resolves the same incident', async () => {
  const [begin] = await sent([alarm('critical')]);
  const [end] = await sent([alarm('critical', 'OK')]);
  expect(end?.body).toMatchObject({
    event_action: 'resolve',
    dedup_key: (begin?.body as { readonly dedup_key: string }).dedup_key,
    payload: { summary: 'RESOLVED: RedisDown on test-redis' },
  });
});

test('a warning goes to the chat, and to webhooks in the form that Alertmanager has', async () => {
  const [slack, hook] = await sent([alarm('warning')]);
  expect(slack).toEqual({
    url: 'https://hooks.test.example/slack-path',
    body: {
      channel: '#redis',
      text: 'WARNING: RedisDown on test-redis\nRedis test-redis-0001-001 is down.\nhttps://git.test.example/docs/runbooks/redis-down.md#mitigation',
    },
  });
  expect(webhookMessage.parse(hook?.body)).toMatchObject({
    status: 'firing',
    groupLabels: { alertname: 'RedisDown', redis_cluster: 'test-redis' },
    alerts: [
      {
        labels: { severity: 'warning' },
        annotations: { runbook_url: 'https://git.test.example/docs/runbooks/redis-down.md#mitigation' },
        startsAt: '2026-11-23T12:00:00.000Z',
        endsAt: '0001-01-01T00:00:00Z',
      },
    ],
  });
});

test('events of RDS and ElastiCache go to the chat as they are', async () => {
  const event = { Subject: null, Message: '{"ElastiCache:FailoverComplete":"test-redis-0001-001"}' };
  const [slack, hook] = await sent([event]);
  expect(slack?.body).toMatchObject({ text: `EVENT of test-redis: ${event.Message}` });
  expect(webhookMessage.parse(hook?.body).alerts[0]?.labels).toMatchObject({ alertname: 'Event', severity: 'info' });
});

test('nothing in an event mentions anybody in the chat', async () => {
  const [slack] = await sent([{ Subject: 'RDS & others', Message: '<!channel> is full' }]);
  expect(slack?.body).toMatchObject({ text: 'EVENT of test-redis: RDS &amp; others\n&lt;!channel&gt; is full' });
});

test('what a deployment does, and what CloudWatch does not know yet, is no news', async () => {
  expect(
    await sent([
      { Subject: 'AWS CloudFormation Notification', Message: "StackId='arn:aws:…'\nResourceStatus='CREATE_COMPLETE'" },
      alarm('critical', 'INSUFFICIENT_DATA'),
    ]),
  ).toEqual([]);
});

test('all are told, even if one can not be; and who was not is told by the name of the secret alone', async () => {
  const requests: string[] = [];
  const send = ({ url }: NotificationRequest) => {
    requests.push(url);
    return url.includes('slack') ? Promise.reject(new TypeError(`fetch failed: ${url}`)) : Promise.resolve(404);
  };
  const failure = sent([alarm('warning')], send).catch(String);
  expect(await failure).toBe(
    "Error: Not told: slack by 'test/alerts/slack': it can't be reached (TypeError); webhook by 'test/alerts/hook': it answered 404",
  );
  expect(requests).toHaveLength(2);
});

test('a secret that is gone is named', async () => {
  const notifier = new Notifier({
    settings,
    readSecret: () => Promise.reject(Object.assign(new Error('gone'), { name: 'ResourceNotFoundException' })),
    send: () => Promise.resolve(202),
  });
  await expect(notifier.handle(eventOf(alarm('critical')))).rejects.toThrow(
    "Not told: pagerduty by 'test/alerts/pagerduty': its secret can't be read (ResourceNotFoundException)",
  );
});

test('an alarm of somebody else is read by day', () => {
  expect(readAnnouncement('their-alarm', 'Something of theirs')).toEqual({
    severity: 'warning',
    alert: 'their-alarm',
    says: 'Something of theirs',
    runbook: 'docs/runbooks/README.md',
  });
  expect(readNews({ Subject: null, Message: 'no JSON' })).toEqual({ kind: 'event', text: 'no JSON' });
});

test.each<[string, Record<string, string>, string]>([
  ['no receivers', {}, 'RECEIVERS: missing; the deployment sets it'],
  ['receivers that are no JSON', { RECEIVERS: '{' }, 'RECEIVERS: expected a JSON object'],
  ['a receiver of another kind', { RECEIVERS: '{"page":[{"kind":"fax"}],"chat":[]}' }, 'RECEIVERS: '],
  ['no runbooks', { RECEIVERS: '{"page":[],"chat":[]}' }, 'RUNBOOKS_URL: missing'],
])('%s: an error that names the variable', (_, environment, message) => {
  expect(() => notifierSettings(environment)).toThrow(message);
});
