/** Builds the api from its components; `main.ts` listens and closes. */
import cookie from '@fastify/cookie';
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { addProbes } from '../service/probes';
import { authenticator } from './plugins/authentication';
import { addHttpMetrics } from './plugins/http-metrics';
import { addOpenApi } from './plugins/openapi';
import { addProblemDetails, answerUnreadable } from './plugins/problem-details';
import { limitClients } from './plugins/rate-limits';
import { addConsoleRoutes, type ConsoleOptions } from './routes/console';
import { addLeaderRoutes } from './routes/leader';
import { addLimitRoutes } from './routes/limits';
import { addLockRoutes } from './routes/locks';
import { addOrderRoutes } from './routes/orders';
import { addResourceRoutes } from './routes/resources';
import { addSessionRoutes } from './routes/sessions';
import type { ApiComponents, ApiServices } from './services';
import { useZod, type Api } from './zod-routes';

export interface ApiOptions {
  readonly instance: string;
  readonly logger: FastifyBaseLogger;
  readonly registry: Registry;
  readonly components: ApiComponents;
  /** Whether to believe what a proxy says of the client. */
  readonly trustProxy: boolean;
  /** Why the api can't serve now; none if it can. */
  readonly problems: () => Promise<readonly string[]>;
  /** @default - there is no console */
  readonly console?: ConsoleOptions;
}

/** Longest body of a request, in bytes: the largest is an order or a resource. */
const bodyLimit = 16 * 1024;

/** Longest part of a path, in characters: above what any route takes, so that its schema tells what is wrong. */
const maxParamLength = 1_024;

/** Makes the application; it doesn't listen yet. */
export async function buildApp(options: ApiOptions): Promise<Api> {
  const { instance, logger, registry, components, trustProxy, problems } = options;
  const app = fastify({
    loggerInstance: logger,
    trustProxy,
    bodyLimit,
    routerOptions: { maxParamLength },
    frameworkErrors: (error, _request, reply) => answerUnreadable(error, reply.header('x-instance', instance)),
    // One line a request, written when it is answered.
    logController: new LogController({ disableRequestLogging: true }),
    return503OnClosing: true,
    forceCloseConnections: 'idle',
  });
  addProblemDetails(app);
  addHttpMetrics(app, registry, instance);
  addRequestLog(app);
  await app.register(cookie);
  addProbes(app, { registry, problems });
  await addOpenApi(app, instance);
  addRoutes(useZod(app), components, options.console);
  return app;
}

function addRoutes(app: Api, components: ApiComponents, console: ConsoleOptions | undefined): void {
  const services: ApiServices = {
    ...components,
    authenticate: authenticator(app, components.sessions),
    limits: { default: limitClients(components.limiters.default) },
  };
  // A plugin, so that the OpenAPI document, registered before, sees the routes.
  void app.register((routes, _options, done) => {
    addResourceRoutes(routes, services);
    addSessionRoutes(routes, services);
    addOrderRoutes(routes, services);
    addLimitRoutes(routes, services);
    addLockRoutes(routes, services);
    addLeaderRoutes(routes, services);
    if (console) addConsoleRoutes(routes, services, console);
    done();
  });
}

function addRequestLog(app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    const { method, url } = request;
    const milliseconds = Math.round(reply.elapsedTime * 10) / 10;
    request.log.info({ method, url: url.split('?')[0], status: reply.statusCode, milliseconds }, 'request');
    done();
  });
}
