/** The receiver of alerts on one machine. */
import { createLogger } from '../service/logger';
import { runProgram } from '../service/program';
import { readSettings } from '../service/settings';
import { buildReceiver } from './app';
import { Notifications } from './notifications';
import { receiverVariables } from './settings';

const graceMilliseconds = 5_000;

runProgram(graceMilliseconds, async () => {
  const settings = readSettings('the receiver of alerts', receiverVariables, process.env);
  const logger = createLogger('alert-receiver', 'info');
  const app = buildReceiver(new Notifications(settings.FILE));
  await app.listen({ host: settings.HOST, port: settings.PORT });
  return { logger, stop: () => app.close() };
});
