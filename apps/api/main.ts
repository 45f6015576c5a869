/** The api: settings from the environment, routes on a port, until it is told to end. */
import { apiGraceMilliseconds } from '../service/grace';
import { runProgram, type Running } from '../service/program';
import { createLogger } from '../service/logger';
import { readSettings } from '../service/settings';
import { buildApp } from './app';
import { connectApi } from './components';
import { consoleOptions } from './console/options';
import { readiness } from './readiness';
import { apiVariables } from './settings';

runProgram(apiGraceMilliseconds, async (): Promise<Running> => {
  const settings = readSettings('the api', apiVariables, process.env);
  const logger = createLogger(settings.INSTANCE_NAME, settings.LOG_LEVEL);
  const connected = connectApi(settings, logger);
  const ready = readiness(connected);
  const app = await buildApp({
    instance: settings.INSTANCE_NAME,
    logger,
    registry: connected.registry,
    components: connected,
    trustProxy: settings.TRUST_PROXY,
    problems: ready.problems,
    ...(settings.CONSOLE && { console: consoleOptions(settings, connected, logger) }),
  });
  await app.listen({ host: settings.HOST, port: settings.PORT });
  return {
    logger,
    stop: async () => {
      // Load balancers are told first, so that no new request meets a closed door.
      ready.drain();
      await app.close();
      await connected.close();
    },
  };
});
