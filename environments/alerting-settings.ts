/** Who hears of alarms. They are there in any case. */
import { z } from 'zod';
import { environmentSecret, secretNames } from '../constructs/aws/secret-names';
import type { Violation } from '../constructs/validation/violations';
import type { DeepReadonly } from './environment';
import { none } from './setting-forms';

/** Who hears of what the topics of SNS get: alarms of CloudWatch, events of ElastiCache. */
const topicSubscribers = z.discriminatedUnion('kind', [
  /** Nobody, and why that is right here. */
  none,
  z.strictObject({
    kind: z.literal('email'),
    /** AWS writes to each once, and sends alarms only after a click on the link in it. */
    addresses: z.array(z.email()).min(1),
  }),
]);

/**
 * Name, after `<environment>/alerts/`, of a secret of Secrets Manager that is a text and nothing else: an address or a key.
 * Somebody makes it before the first deployment; docs/guides/observability.md tells how.
 */
const secret = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);

/** Somebody or something that is told. */
const target = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('pagerduty'),
    /** With the integration key of the service, Events API v2. */
    routingKeySecret: secret,
  }),
  z.strictObject({
    kind: z.literal('slack'),
    /** With its `#`. */
    channel: z.string().regex(/^#[a-z0-9_-]{1,79}$/),
    /** With the URL of the incoming webhook. */
    webhookUrlSecret: secret,
  }),
  z.strictObject({
    kind: z.literal('email'),
    to: z.array(z.email()).min(1),
    from: z.email(),
    /** `host:port` of the server that takes the mail, with STARTTLS. */
    smarthost: z.string().regex(/^[a-z0-9.-]+:\d{2,5}$/),
    username: z.string().min(1),
    passwordSecret: secret,
  }),
  z.strictObject({
    kind: z.literal('webhook'),
    /** With the URL; on port 443, for policies of the cluster let Alertmanager reach no other. */
    urlSecret: secret,
  }),
]);

const targets = z.array(target).min(1);

export const alertingSettings = z.strictObject({
  topicSubscribers,
  /** By what they are for. */
  receivers: z.strictObject({
    /** Wakes somebody. */
    page: targets,
    /** Is read by day. */
    chat: targets,
    /** Raises the alarm itself when nothing comes any more. */
    deadMansSwitch: targets,
  }),
});

export type AlertingSettings = DeepReadonly<z.output<typeof alertingSettings>>;
export type TopicSubscribers = AlertingSettings['topicSubscribers'];
export type AlertTarget = AlertingSettings['receivers']['page'][number];

/** What is wrong with settings that each are of the right form. */
export function alertingViolations({ receivers }: AlertingSettings): Violation[] {
  const { page, chat, deadMansSwitch } = receivers;
  const watched = new Set([...page, ...chat].map(secretOf));
  return deadMansSwitch
    .map(secretOf)
    .filter((name) => watched.has(name))
    .map((value) => ({
      setting: 'alerting.receivers.deadMansSwitch',
      value,
      expected: 'a secret that neither page nor chat has: they would get a message a minute while all is well',
      remedy: 'Name a service that raises an alarm when nothing comes',
    }));
}

/** The name of a target's secret. */
export function secretOf(settings: AlertTarget): string {
  switch (settings.kind) {
    case 'pagerduty':
      return settings.routingKeySecret;
    case 'slack':
      return settings.webhookUrlSecret;
    case 'email':
      return settings.passwordSecret;
    case 'webhook':
      return settings.urlSecret;
  }
}

/** Whole name of a target's secret in Secrets Manager. */
export const receiverSecretName = (environment: string, secret: string) =>
  environmentSecret({ environment }, secretNames.alertReceiver(secret));

/** Addresses that mails of the topics go to: of those that hear of topics, and of those who are paged or told by mail. */
export function mailAddresses({ topicSubscribers, receivers }: AlertingSettings): readonly string[] {
  const named = topicSubscribers.kind === 'email' ? topicSubscribers.addresses : [];
  const told = [...receivers.page, ...receivers.chat].flatMap((settings) =>
    settings.kind === 'email' ? settings.to : [],
  );
  return [...new Set([...named, ...told])];
}
