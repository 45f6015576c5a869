/** The console of an api, from its settings. */
import type { FastifyBaseLogger } from 'fastify';
import type { ConnectedApi } from '../components';
import type { ConsoleOptions } from '../routes/console';
import type { ApiSettings } from '../settings';
import { ConsoleCollector } from './collector';

export function consoleOptions(
  settings: ApiSettings,
  connected: ConnectedApi,
  logger: FastifyBaseLogger,
): ConsoleOptions {
  const { INSTANCE_NAME: instance, OPERATORS: operators, ALERTMANAGER_URL: alertmanagerUrl } = settings;
  const collector = new ConsoleCollector({
    instance,
    registry: connected.registry,
    components: connected,
    logger,
    ...(alertmanagerUrl !== undefined && { alertmanagerUrl }),
  });
  return { collector, operators };
}
