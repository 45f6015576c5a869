/** News in the forms that receivers take. */
import type { AlarmNews, News } from './message';
import type { NotifierSettings, Target } from './settings';

export interface NotificationRequest {
  readonly url: string;
  readonly body: unknown;
}

type Context = Pick<NotifierSettings, 'runbooksUrl' | 'clusterName'>;

/** Where PagerDuty takes events. Source: "Send an alert event" of the Events API v2. */
export const pagerdutyUrl = 'https://events.pagerduty.com/v2/enqueue';

/**
 * @param secret what the target is reached by: an integration key, or the URL
 * @returns undefined for what the target isn't told: PagerDuty has incidents, and an event is none
 */
export function notificationRequest(
  news: News,
  target: Target,
  secret: string,
  context: Context,
): NotificationRequest | undefined {
  switch (target.kind) {
    case 'pagerduty':
      return news.kind === 'event' ? undefined : { url: pagerdutyUrl, body: pagerdutyEvent(news, secret, context) };
    case 'slack':
      return { url: secret, body: { channel: target.channel, text: slackText(news, context) } };
    case 'webhook':
      return { url: secret, body: webhookMessage(news, context) };
  }
}

const runbookUrl = ({ runbook }: AlarmNews, { runbooksUrl }: Context) =>
  `${runbooksUrl}/${runbook.split('/').at(-1) ?? ''}#mitigation`;

/** `CRITICAL: RedisDown on production-redis`, as Alertmanager's messages begin. */
const title = ({ status, severity, alert }: AlarmNews, { clusterName }: Context) =>
  `${status === 'firing' ? severity.toUpperCase() : 'RESOLVED'}: ${alert} on ${clusterName}`;

function pagerdutyEvent(news: AlarmNews, routingKey: string, context: Context) {
  const { status, arn, severity, says, since, reason } = news;
  return {
    routing_key: routingKey,
    event_action: status === 'firing' ? 'trigger' : 'resolve',
    // What is told twice, or is over, is the same incident.
    dedup_key: arn,
    payload: {
      summary: title(news, context),
      source: context.clusterName,
      severity,
      timestamp: since,
      custom_details: { says, reason },
    },
    links: [{ href: runbookUrl(news, context), text: 'Runbook' }],
  };
}

function slackText(news: News, context: Context): string {
  if (news.kind === 'event') return escaped(`EVENT of ${context.clusterName}: ${news.text}`);
  return escaped(`${title(news, context)}\n${news.says}.\n${runbookUrl(news, context)}`);
}

/** What would begin a link or a mention. Source: "Escaping text" of Slack's guide to messages. */
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The end of what has none yet, as Go writes it. */
const noEnd = '0001-01-01T00:00:00Z';

/** Version 4 of the message of Alertmanager's webhooks, with one alert, so that whoever takes those takes these. */
function webhookMessage(news: News, context: Context) {
  const { clusterName } = context;
  const [status, labels, annotations, startsAt] =
    news.kind === 'alarm'
      ? [
          news.status,
          { alertname: news.alert, severity: news.severity, alarm: news.arn },
          { summary: news.says, description: news.reason, runbook_url: runbookUrl(news, context) },
          news.since,
        ]
      : ['firing', { alertname: 'Event', severity: 'info' }, { summary: news.text }, new Date().toISOString()];
  const all = { ...labels, redis_cluster: clusterName };
  return {
    version: '4',
    groupKey: `${clusterName}:${'alarm' in labels ? labels.alarm : labels.alertname}`,
    status,
    receiver: 'alarm-notifier',
    groupLabels: { alertname: labels.alertname, redis_cluster: clusterName },
    commonLabels: all,
    commonAnnotations: annotations,
    alerts: [{ status, labels: all, annotations, startsAt, endsAt: status === 'resolved' ? startsAt : noEnd }],
  };
}
