/** The console: one page, fed by server-sent events; and what an operator may do from it. */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { reviveOrder } from '../../database/orders';
import type { ConsoleCollector } from '../console/collector';
import type { ConsoleState } from '../console/state';
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
const maximumViewers = 100;

/** Of one address, at most: enough for an office behind one, and never everybody's places. */
const maximumViewersOfAddress = 40;

/** States in a row that somebody may leave untaken before the connection is ended. */
const maximumUntaken = 30;

/** Milliseconds after which a browser connects anew. */
const retryMilliseconds = 2_000;

/** What the page may do: run what is in it, and talk to this api. Nothing that is told could become a script. */
const contentSecurityPolicy = [
  "default-src 'none'",
  `script-src '${digestOf('script')}'`,
  `style-src '${digestOf('style')}'`,
  "connect-src 'self'",
  // Its forms are sent by its script; without that a password must not become part of an address.
  "form-action 'none'",
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
  const streams = new Map<FastifyReply, string>();
  app.get('/console/events', { schema: hidden, logLevel: 'warn' }, (request, reply) => {
    refuseCrowd([...streams.values()], request.ip);
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    reply.raw.write(`retry: ${retryMilliseconds}\n\n`);
    streams.set(reply, request.ip);
    const unwatch = collector.watch(teller(reply));
    reply.raw.on('close', () => {
      streams.delete(reply);
      unwatch();
    });
  });
  // The api waits for its connections when it ends, and these would not by themselves.
  app.addHook('preClose', () => {
    for (const { raw } of streams.keys()) raw.end();
    return Promise.resolve();
  });
  app.addHook('onClose', () => {
    collector.close();
    return Promise.resolve();
  });
}

function refuseCrowd(addresses: readonly string[], address: string): void {
  const own = addresses.filter((other) => other === address).length;
  if (own < maximumViewersOfAddress && addresses.length < maximumViewers) return;
  const many = own < maximumViewersOfAddress ? `${maximumViewers}` : `${maximumViewersOfAddress} of your address`;
  throw new ProblemError(503, `${many} look already: try again later, or at another process.`);
}

/** Tells a browser each state. Who takes nothing is told nothing, for the next state says it all; and who never does is sent away. */
function teller({ raw }: FastifyReply) {
  let untaken = 0;
  return (state: ConsoleState) => {
    untaken = raw.writableNeedDrain ? untaken + 1 : 0;
    if (untaken > maximumUntaken) raw.destroy();
    if (untaken === 0) raw.write(`event: state\ndata: ${JSON.stringify(state)}\n\n`);
  };
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
