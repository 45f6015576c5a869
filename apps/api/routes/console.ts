/** The console: one page, fed by server-sent events; and what an operator may do from it. */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { reviveOrder } from '../../database/orders';
import type { ConsoleCollector } from '../console/collector';
import page from '../console/page.html';
import { tokenOf } from '../plugins/authentication';
import { problems, ProblemError } from '../schemas/problem';
import { storableText } from '../schemas/text';
import type { ApiServices } from '../services';
import type { Api } from '../zod-routes';
import { enqueue } from './orders';

export interface ConsoleOptions {
  readonly collector: ConsoleCollector;
  /** Names of the users who may act. */
  readonly operators: readonly string[];
}

/** Who looks at the same time, at most: each holds a connection. */
const maximumViewers = 50;

/** Milliseconds after which a browser connects anew. */
const retryMilliseconds = 2_000;

/** What the page may do: run what is in it, and talk to this api. Nothing that is told could become a script. */
const contentSecurityPolicy = [
  "default-src 'none'",
  `script-src '${digestOf('script')}'`,
  `style-src '${digestOf('style')}'`,
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

function digestOf(element: 'script' | 'style'): string {
  const text = new RegExp(`<${element}>([\\s\\S]*?)</${element}>`).exec(page)?.[1] ?? '';
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

const hidden = { hide: true } as const;

export function addConsoleRoutes(app: Api, services: ApiServices, options: ConsoleOptions): void {
  app.get('/console', { schema: hidden }, (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .headers({ 'content-security-policy': contentSecurityPolicy, 'cache-control': 'no-store' })
      .send(page),
  );
  addEvents(app, options.collector);
  addRights(app, services, options.operators);
  addReplay(app, services, options.operators);
}

function addEvents(app: Api, collector: ConsoleCollector): void {
  const streams = new Set<FastifyReply>();
  app.get('/console/events', { schema: hidden, logLevel: 'warn' }, (_request, reply) => {
    if (collector.viewers >= maximumViewers) {
      throw new ProblemError(503, `${maximumViewers} look already: try again later, or at another process.`);
    }
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    reply.raw.write(`retry: ${retryMilliseconds}\n\n`);
    streams.add(reply);
    const unwatch = collector.watch((state) => {
      // Who takes nothing is told nothing: the next state says it all.
      if (reply.raw.writableNeedDrain) return;
      reply.raw.write(`event: state\ndata: ${JSON.stringify(state)}\n\n`);
    });
    reply.raw.on('close', () => {
      streams.delete(reply);
      unwatch();
    });
  });
  // The api waits for its connections when it ends, and these would not by themselves.
  app.addHook('preClose', () => {
    for (const { raw } of streams) raw.end();
    return Promise.resolve();
  });
}

function addRights(app: Api, { sessions }: ApiServices, operators: readonly string[]): void {
  app.get('/console/rights', { schema: hidden, logLevel: 'warn' }, async (request) => {
    const token = tokenOf(request);
    const session = token === undefined ? undefined : (await sessions.read(token)).session;
    return { mayAct: session !== undefined && operators.includes(session.data.name) };
  });
}

function addReplay(app: Api, services: ApiServices, operators: readonly string[]): void {
  app.post(
    '/console/dead-orders/:id/replay',
    {
      schema: {
        ...hidden,
        params: z.object({ id: storableText.min(1).max(64) }),
        response: { 202: z.object({ id: z.string() }), ...problems(400, 401, 403, 409, 503) },
      },
      onRequest: [services.authenticate, onlyOperators(operators)],
    },
    async (request, reply) => {
      const { id } = request.params;
      const message = await reviveOrder(services.database, id);
      if (!message) throw new ProblemError(409, `Order '${id}' is not dead: only a dead order can be replayed.`);
      request.log.info({ orderId: id, operator: request.session.data.name }, 'dead order replayed');
      await enqueue(services, message, request.log);
      return reply.status(202).send({ id });
    },
  );
}

function onlyOperators(operators: readonly string[]) {
  return (request: FastifyRequest): Promise<void> => {
    if (operators.includes(request.session.data.name)) return Promise.resolve();
    return Promise.reject(new ProblemError(403, 'Only an operator may do this.'));
  };
}
