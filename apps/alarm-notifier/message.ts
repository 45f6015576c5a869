/** What comes by SNS: alarms of CloudWatch, and events of other services. */
import { z } from 'zod';

/** What an alarm says, taken apart; see `alarmDescription` in constructs/observability/alarms/announcement.ts. */
export interface Announcement {
  readonly severity: 'critical' | 'warning';
  readonly alert: string;
  readonly says: string;
  /** `docs/runbooks/<file>.md`. */
  readonly runbook: string;
}

/** An alarm that begins or is over. */
export interface AlarmNews extends Announcement {
  readonly kind: 'alarm';
  readonly status: 'firing' | 'resolved';
  /** Of the alarm; what begins and what is over have it in common. */
  readonly arn: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  /** Why CloudWatch thinks so. */
  readonly reason: string;
}

/** Anything else, in words. */
export interface EventNews {
  readonly kind: 'event';
  readonly text: string;
}

export type News = AlarmNews | EventNews;

/** Source: "Alarm notifications" of the CloudWatch guide. */
const alarmMessage = z.object({
  AlarmName: z.string(),
  AlarmArn: z.string(),
  AlarmDescription: z.string().nullish(),
  NewStateValue: z.enum(['ALARM', 'OK', 'INSUFFICIENT_DATA']),
  NewStateReason: z.string(),
  // With an offset that has no colon, which not everybody reads.
  StateChangeTime: z.coerce.date(),
});

/** As Lambda is called by SNS. */
export const snsEvent = z.object({
  Records: z.array(z.object({ Sns: z.object({ Subject: z.string().nullish(), Message: z.string() }) })).min(1),
});

type SnsMessage = z.output<typeof snsEvent>['Records'][number]['Sns'];

const form = /^(critical|warning): (\w+): (.*)\. Runbook: (docs\/runbooks\/[a-z-]+\.md)$/s;

/** What an alarm of this project says. Any other is read by day. */
export function readAnnouncement(name: string, description: string): Announcement {
  const [, severity, alert, says, runbook] = form.exec(description) ?? [];
  if (severity === undefined || alert === undefined || says === undefined || runbook === undefined) {
    return { severity: 'warning', alert: name, says: description || name, runbook: 'docs/runbooks/README.md' };
  }
  return { severity: severity === 'critical' ? 'critical' : 'warning', alert, says, runbook };
}

/** Changes of secrets that a deployment makes: a dozen lines each, which the deployment itself tells. */
const isOfDeployment = ({ Subject, Message }: SnsMessage) =>
  Subject === 'AWS CloudFormation Notification' || Message.startsWith("StackId='");

/** @returns undefined for what nobody has to hear of */
export function readNews(message: SnsMessage): News | undefined {
  if (isOfDeployment(message)) return undefined;
  const alarm = alarmMessage.safeParse(parsed(message.Message));
  if (!alarm.success) return { kind: 'event', text: [message.Subject, message.Message].filter(Boolean).join('\n') };
  const { AlarmName, AlarmArn, AlarmDescription, NewStateValue, NewStateReason, StateChangeTime } = alarm.data;
  if (NewStateValue === 'INSUFFICIENT_DATA') return undefined;
  return {
    kind: 'alarm',
    status: NewStateValue === 'ALARM' ? 'firing' : 'resolved',
    arn: AlarmArn,
    since: StateChangeTime.toISOString(),
    reason: NewStateReason,
    ...readAnnouncement(AlarmName, AlarmDescription ?? ''),
  };
}

/** JSON, or undefined for what isn't. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
