/** The worker: settings from the environment, orders from the queue, until it is told to end. */
import fastify, { type FastifyBaseLogger } from 'fastify';
import { createLogger } from '../service/logger';
import { addProbes } from '../service/probes';
import { runProgram, type Running } from '../service/program';
import { readSettings } from '../service/settings';
import { startWorker } from './app';
import { connectWorker } from './components';
import { runDeadLetters } from './dead-letters-command';
import { workerVariables } from './settings';

/** Beyond the longest time that an order may take, in milliseconds: for handing back the others and for closing. */
const marginMilliseconds = 10_000;

/** Longest grace of all: what is not finished then is redelivered. */
const longestGraceMilliseconds = 60_000;

const [command, ...commandArguments] = process.argv.slice(2);

if (command === undefined) runProgram(longestGraceMilliseconds, start);
else carryOut(command, commandArguments);

async function start(): Promise<Running> {
  const settings = readSettings('the worker', workerVariables, process.env);
  const logger = createLogger(settings.INSTANCE_NAME, settings.LOG_LEVEL);
  const components = connectWorker(settings, logger);
  const worker = startWorker(settings, components, logger);
  const loggerInstance: FastifyBaseLogger = logger;
  const app = fastify({ loggerInstance, disableRequestLogging: true });
  addProbes(app, { registry: components.registry, problems: worker.problems });
  await app.listen({ host: settings.HOST, port: settings.PORT });
  return {
    logger,
    stop: async () => {
      const grace = Math.min(
        settings.HANDLER_TIMEOUT_MILLISECONDS + 1_000,
        longestGraceMilliseconds - marginMilliseconds,
      );
      await worker.stop(grace);
      await app.close();
      await components.close();
    },
  };
}

function carryOut(name: string, args: readonly string[]): void {
  const run = async () => {
    if (name !== 'dead-letters') throw new Error(`there is no command '${name}'; there is: dead-letters`);
    const settings = readSettings('the worker', workerVariables, process.env);
    const components = connectWorker(settings, createLogger(settings.INSTANCE_NAME, 'warn'));
    try {
      await runDeadLetters(components, args);
    } finally {
      await components.close();
    }
  };
  run().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  });
}
