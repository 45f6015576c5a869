/**
 * Takes notifications of Alertmanager and writes a line of JSON for each to its log: `kubectl -n stand-ins logs
 * deployment/alert-receiver`.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { receiverPort } from './port';

/** Bytes: a group of some hundred alerts. */
const bodyLimit = 1_000_000;

/** What is read of a webhook's message. Source: "webhook_config" in the documentation of Alertmanager. */
interface Message {
  readonly status: string;
  readonly alerts: readonly {
    readonly status: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
}

async function readMessage(request: IncomingMessage): Promise<Message> {
  let body = '';
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > bodyLimit) throw new Error(`the message has more than ${bodyLimit} bytes`);
  }
  return JSON.parse(body) as Message;
}

async function receive(request: IncomingMessage): Promise<number> {
  if (request.url === '/readyz') return 200;
  const [, receiver] = /^\/notifications\/([\w-]+)$/.exec(request.url ?? '') ?? [];
  if (receiver === undefined || request.method !== 'POST') return 404;
  const { status, alerts } = await readMessage(request);
  const line = {
    time: new Date().toISOString(),
    receiver,
    status,
    alerts: alerts.map((alert) => ({
      status: alert.status,
      name: alert.labels.alertname,
      severity: alert.labels.severity,
      summary: alert.annotations.summary,
    })),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  return 204;
}

const server = createServer((request, response) => {
  void receive(request)
    .catch(() => 400)
    .then((status) => {
      response.statusCode = status;
      response.end();
    });
});
server.listen(receiverPort);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => server.close());
