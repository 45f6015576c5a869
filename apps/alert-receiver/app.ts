/** Takes what Alertmanager sends on one machine, where nobody has a pager, and shows it. */
import fastify, { type FastifyInstance } from 'fastify';
import { receiverNames } from '../../constructs/observability/alertmanager/receivers';
import { webhookMessage, type Notification, type Notifications } from './notifications';

/** Bytes: a group of some hundred alerts. */
const bodyLimit = 1_000_000;

/** Those of Alertmanager that somebody is behind. */
const receivers: readonly string[] = [receiverNames.page, receiverNames.chat, receiverNames.deadMansSwitch];

/** Makes the application; it doesn't listen yet. */
export function buildReceiver(notifications: Notifications): FastifyInstance {
  const app = fastify({ bodyLimit });
  app.get('/healthz', () => ({ status: 'alive' }));
  app.post<{ Params: { receiver: string } }>('/notifications/:receiver', (request, reply) => {
    const { receiver } = request.params;
    if (!receivers.includes(receiver)) {
      return reply.status(404).send({ error: `receiver: '${receiver}' is none of ${receivers.join(', ')}` });
    }
    const message = webhookMessage.safeParse(request.body);
    if (!message.success) return reply.status(400).send({ error: message.error.message });
    notifications.add(receiver, message.data);
    return reply.status(204).send();
  });
  app.get('/notifications', () => ({
    signsOfLife: notifications.signsOfLife,
    notifications: notifications.kept,
  }));
  app.get('/', (_request, reply) => reply.type('text/plain; charset=utf-8').send(pageOf(notifications)));
  return app;
}

function pageOf(notifications: Notifications): string {
  const { count, last } = notifications.signsOfLife;
  const lines = notifications.kept.map(lineOf).reverse();
  return [
    `${count} signs of life of the dead man's switch, the last at ${last ?? '(none yet)'}`,
    '',
    ...(lines.length === 0 ? ['No notifications yet.'] : lines),
    '',
  ].join('\n');
}

function lineOf({ receivedAt, receiver, status, groupLabels, alerts }: Notification): string {
  const told = alerts.map((alert) => `    ${alert.status}: ${alert.annotations.summary ?? ''}`);
  return [
    `${receivedAt} ${receiver} ${status} ${groupLabels.alertname ?? ''}`,
    ...told,
    `    ${alerts[0]?.annotations.runbook_url ?? ''}`,
  ].join('\n');
}
