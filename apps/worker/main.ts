/** The worker: settings from the environment, orders from the queue, until it is told to end. */
import fastify, { LogController, type FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import { ViolationsError } from '../../constructs/validation/violations';
import { awaitReady } from '../redis/client';
import { workerDrainMilliseconds, workerGraceMilliseconds } from '../service/grace';
import { createLogger } from '../service/logger';
import { addProbes } from '../service/probes';
import { runProgram, type Running } from '../service/program';
import { readSettings } from '../service/settings';
import { startWorker } from './app';
import { connectWorker } from './components';
import { deadLettersCommand, UsageError } from './dead-letters-command';
import { workerVariables } from './settings';

const [command, ...commandArguments] = process.argv.slice(2);

if (command === undefined) runProgram(workerGraceMilliseconds, start);
else carryOut(command, commandArguments);

async function start(): Promise<Running> {
  const settings = readSettings('the worker', workerVariables, process.env);
  const logger = createLogger(settings.INSTANCE_NAME, settings.LOG_LEVEL);
  const components = connectWorker(settings, logger);
  const worker = startWorker(settings, components, logger);
  const loggerInstance: FastifyBaseLogger = logger;
  const app = fastify({ loggerInstance, logController: new LogController({ disableRequestLogging: true }) });
  addProbes(app, { registry: components.registry, problems: worker.problems });
  await app.listen({ host: settings.HOST, port: settings.PORT });
  return {
    logger,
    stop: async () => {
      await worker.stop(workerDrainMilliseconds(settings.HANDLER_TIMEOUT_MILLISECONDS));
      await app.close();
      await components.close();
    },
  };
}

/** Exit status: 0 if it was done, 1 if it could not be, 2 for a bad command or bad settings. */
function carryOut(name: string, args: readonly string[]): void {
  const run = async () => {
    if (name !== 'dead-letters') throw new UsageError(`there is no command '${name}'; there is: dead-letters`);
    const command = deadLettersCommand(args);
    const settings = readSettings('the worker', workerVariables, process.env);
    // What it prints is its result: problems on the way go to stderr.
    const components = connectWorker(settings, createLogger(settings.INSTANCE_NAME, 'warn', pino.destination(2)));
    try {
      await awaitReady(components.client, settings.REDIS_FAILOVER_MILLISECONDS);
      await command(components);
    } finally {
      await components.close();
    }
  };
  run().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = error instanceof UsageError || error instanceof ViolationsError ? 2 : 1;
  });
}
