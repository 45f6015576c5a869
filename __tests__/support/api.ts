/** Instances of the api on real servers, in this process: requests are injected, so they need no ports. */
import { randomInt, randomUUID } from 'node:crypto';
import { buildApp } from '../../apps/api/app';
import { connectApi, type ConnectedApi } from '../../apps/api/components';
import { consoleOptions } from '../../apps/api/console/options';
import { readiness, type Readiness } from '../../apps/api/readiness';
import { apiVariables } from '../../apps/api/settings';
import type { Api } from '../../apps/api/zod-routes';
import { awaitReady, masterNodes } from '../../apps/redis/client';
import { createLogger } from '../../apps/service/logger';
import { readSettings, type Variables } from '../../apps/service/settings';
import { startServers, type TestServers } from './application';
import type { TestClusterOptions } from './redis-cluster';

type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';

/** What a request has beside its method and path. */
export interface ApiRequest {
  /** Bearer token. */
  readonly token?: string;
  /** Sent as JSON; a string as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Address of the client. @default - that of the instance's requests, which all are limited together */
  readonly address?: string;
}

export interface ApiAnswer {
  readonly status: number;
  /** By name in lower case; of several headers of a name the last. */
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON of it, or its text. */
  readonly body: unknown;
}

export interface ApiInstance {
  readonly name: string;
  readonly app: Api;
  readonly connected: ConnectedApi;
  readonly readiness: Readiness;
  send(method: Method, path: string, request?: ApiRequest): Promise<ApiAnswer>;
  close(): Promise<void>;
}

/** Two instances beside each other, and what they run on. */
export interface TestApis {
  readonly servers: TestServers;
  readonly one: ApiInstance;
  readonly other: ApiInstance;
  /** Makes one more and waits until it is connected to every master. */
  add(name: string, variables?: Variables): Promise<ApiInstance>;
  /** Ends all instances and the servers. */
  stop(): Promise<void>;
}

/** Starts the servers and two instances with these settings beside the usual ones; about six seconds. */
export async function startApis(variables: Variables = {}, options: TestClusterOptions = {}): Promise<TestApis> {
  const servers = await startServers(options);
  const instances: ApiInstance[] = [];
  const add = async (name: string, more: Variables = {}) => {
    const api = await buildApi(servers, name, { ...variables, ...more });
    instances.push(api);
    await connected(api);
    return api;
  };
  const stop = async () => {
    await Promise.allSettled(instances.map((api) => api.close()));
    await servers.stop();
  };
  try {
    return { servers, one: await add('api-1'), other: await add('api-2'), add, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Makes an instance, which may not be connected to Redis yet. The caller closes it. */
export async function buildApi(servers: TestServers, name: string, variables: Variables = {}): Promise<ApiInstance> {
  const settings = readSettings('the api', apiVariables, { ...servers.variables('api', name), ...variables });
  const logger = createLogger(name, 'silent');
  const connected = connectApi(settings, logger);
  const ready = readiness(connected);
  const app = await buildApp({
    instance: name,
    logger,
    registry: connected.registry,
    components: connected,
    trustProxy: settings.TRUST_PROXY,
    problems: ready.problems,
    ...(settings.CONSOLE && { console: consoleOptions(settings, connected, logger) }),
  });
  return {
    ...{ name, app, connected, readiness: ready },
    send: (method, path, request) => send(app, method, path, request),
    close: async () => {
      await app.close();
      await connected.close();
    },
  };
}

async function connected({ connected: { client } }: ApiInstance): Promise<void> {
  await awaitReady(client, 10_000);
  await Promise.all(masterNodes(client).map((node) => node.ping()));
}

async function send(
  app: Api,
  method: Method,
  path: string,
  { token, body, headers, address }: ApiRequest = {},
): Promise<ApiAnswer> {
  const answer = await app.inject({
    method,
    url: path,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(address !== undefined && { remoteAddress: address }),
  });
  const headerText = (value: unknown) => String(Array.isArray(value) ? value.at(-1) : value);
  const answerHeaders = Object.entries(answer.headers).map(([name, value]) => [name, headerText(value)] as const);
  const isJson = /^application\/(?:problem\+)?json/.test(headerText(answer.headers['content-type']));
  return {
    status: answer.statusCode,
    headers: Object.fromEntries(answerHeaders),
    body: isJson ? (JSON.parse(answer.body) as unknown) : answer.body,
  };
}

/** An address that no other request comes from, so that nobody else spends of its limits. */
export function newAddress(): string {
  return `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`;
}

/** A resource or subject that no other test has. */
export function newId(prefix = 'test'): string {
  return `${prefix}-${randomUUID()}`;
}

/** Logs a demo user in. @returns the token */
export async function logIn(api: ApiInstance, servers: TestServers, username = 'user-1'): Promise<string> {
  const { status, body } = await api.send('POST', '/sessions', {
    body: { username, password: servers.password },
    address: newAddress(),
  });
  if (status !== 201) throw new Error(`${username} was not logged in: ${status} ${JSON.stringify(body)}`);
  return (body as { token: string }).token;
}

/** What an answer that tells of a problem is to look like. */
export function problem(status: number, title: string, detail: unknown = expect.any(String) as unknown) {
  const headers = {
    'content-type': 'application/problem+json',
    'x-instance': expect.stringMatching(/^api-/) as string,
  };
  return {
    status,
    headers: expect.objectContaining(headers) as unknown,
    body: expect.objectContaining({ type: 'about:blank', title, status, detail }) as unknown,
  };
}

/** The paths of what a problem says is wrong with a request. */
export function wrongPaths({ body }: ApiAnswer): string[] {
  const { errors = [] } = body as { readonly errors?: readonly { readonly path: string }[] };
  return errors.map(({ path }) => path);
}

/** The answer to a request that needs a session and has none. */
export const noSession = problem(401, 'Unauthorized', 'There is no valid session: log in with POST /sessions.');

/** How many answers there are of each kind. */
export function tally<Answer>(answers: readonly Answer[], kind: (answer: Answer) => unknown): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    const key = String(kind(answer));
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
