/**
 * A double of the api's processes, to judge the exercise's judgement: it keeps the contract, or breaks it in a way that is
 * named. It proves nothing about the real processes.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Fault } from './faults';
import { LimitsDouble } from './limits';
import { LocksDouble } from './locks';
import { OrdersDouble } from './orders';
import { ResourcesDouble } from './resources';
import { problem, type DoubleOutcome, type Route } from './routing';
import { SessionsDouble } from './sessions';

export interface PlatformDouble {
  readonly urls: readonly URL[];
  readonly sessions: SessionsDouble;
  close(): Promise<void>;
}

export interface PlatformDoubleOptions {
  readonly faults?: readonly Fault[];
  readonly instances?: readonly string[];
  /** One URL, whose connections go to the instances in turn. @default false - a URL for each instance */
  readonly balanced?: boolean;
  /** How often the first order is refused, as by an overloaded api. @default 0 */
  readonly refusals?: number;
}

export async function startPlatform({
  faults: names = [],
  instances = ['api-1', 'api-2'],
  balanced = false,
  refusals = 0,
}: PlatformDoubleOptions = {}): Promise<PlatformDouble> {
  const faults = new Set(names);
  const sessions = new SessionsDouble(faults);
  const resources = new ResourcesDouble(faults, sessions, instances);
  const parts = [
    sessions,
    resources,
    new OrdersDouble(faults, sessions, resources, refusals),
    new LimitsDouble(faults, sessions),
    new LocksDouble(faults, sessions),
  ];
  const routes = [...serviceRoutes(faults), ...parts.flatMap((part) => part.routes)];
  const servers: Server[] = [];
  for (const group of balanced ? [instances] : instances.map((instance) => [instance])) {
    const names = new WeakMap<Socket, string>();
    let connections = 0;
    const server = createServer((request, response) => {
      void handle(request, response, routes, names.get(request.socket) ?? '', faults);
    });
    server.on('connection', (socket: Socket) => names.set(socket, group[connections++ % group.length] ?? ''));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
  return {
    urls: servers.map((server) => new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)),
    sessions,
    close: async () => {
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  routes: readonly Route[],
  instance: string,
  faults: ReadonlySet<Fault>,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const outcome = await route(request, Buffer.concat(chunks).toString(), routes, instance);
  if (outcome === 'nothing') return;
  if (outcome === 'cut') {
    request.socket.destroy();
    return;
  }
  const { status, headers, body } = outcome;
  const json = body !== undefined && typeof body !== 'string';
  response.writeHead(status, {
    ...(json ? { 'content-type': 'application/json' } : {}),
    ...(faults.has('no instance header') ? {} : { 'x-instance': instance }),
    ...headers,
  });
  response.end(json ? JSON.stringify(body) : body);
}

async function route(
  { method, url: target = '/', headers }: IncomingMessage,
  text: string,
  routes: readonly Route[],
  instance: string,
): Promise<DoubleOutcome> {
  const url = new URL(target, 'http://double');
  const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  for (const { path, answer, ...route } of routes) {
    const match = route.method === method ? path.exec(url.pathname) : null;
    if (match) return answer({ instance, parameters: match.slice(1), query: url.searchParams, headers, body });
  }
  return problem(404, 'No such route');
}

function serviceRoutes(faults: ReadonlySet<Fault>): readonly Route[] {
  const samples = faults.has('malformed metrics') ? 'http requests 12' : 'http_requests_total{route="/orders"} 12';
  const page = faults.has('documentation that is no page') ? 'text/plain' : 'text/html';
  return [
    {
      method: 'GET',
      path: /^\/healthz$/,
      answer: () => (faults.has('no answer') ? 'cut' : { status: 200, body: { status: 'ok' } }),
    },
    {
      method: 'GET',
      path: /^\/readyz$/,
      answer: () => (faults.has('not ready') ? problem(503, 'Redis does not answer') : { status: 200, body: {} }),
    },
    { method: 'GET', path: /^\/metrics$/, answer: () => ({ status: 200, body: `# HELP x y\n${samples}\n` }) },
    { method: 'GET', path: /^\/docs\/json$/, answer: () => ({ status: 200, body: openApi(faults) }) },
    { method: 'GET', path: /^\/docs$/, answer: () => ({ status: 302, headers: { location: './docs/page' } }) },
    {
      method: 'GET',
      path: /^\/docs\/page$/,
      answer: () => ({ status: 200, headers: { 'content-type': page }, body: '<title>Documentation</title>' }),
    },
  ];
}

function openApi(faults: ReadonlySet<Fault>): unknown {
  const leader = faults.has('an undocumented operation') ? {} : { '/leader': { get: {} } };
  return {
    openapi: '3.1.0',
    paths: {
      ...leader,
      '/resources/{id}': { get: {}, put: {} },
      '/sessions': { post: {}, delete: {} },
      '/sessions/me': { get: {}, delete: {} },
      '/orders/': { post: {} },
      '/orders/{id}': { get: {} },
      '/orders/{id}/replay': { post: {} },
      '/limits/{policy}': { get: {} },
      '/locks/{name}/runs': { post: {} },
      '/leader/resignations': { post: {} },
    },
  };
}
