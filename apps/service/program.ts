/** The life of a program: it starts, runs until it is told to end, finishes what it has in hand, and ends. */
import type { Logger } from 'pino';
import { ViolationsError } from '../../constructs/validation/violations';

/** A started program. */
export interface Running {
  readonly logger: Logger;
  /** Finishes what is in hand and lets everything go. */
  stop(): Promise<void>;
}

/** Exit statuses. */
const failed = 1;
const badSettings = 2;

/**
 * Runs a program until SIGTERM or SIGINT, then stops it; a second signal, or `graceMilliseconds`, ends it at once.
 *
 * Exit status: 0 after a graceful end, 1 if it failed or didn't end in time, 2 for bad settings, which are explained on
 * stderr.
 */
export function runProgram(graceMilliseconds: number, start: () => Promise<Running>): void {
  start().then(
    (running) => {
      endOnSignal(running, graceMilliseconds);
      endOnUncaught(running);
    },
    (error: unknown) => {
      const isExplained = error instanceof ViolationsError;
      // The stack alone: libraries attach to an error what it is about, secrets too.
      console.error(error instanceof Error ? (isExplained ? error.message : error.stack) : error);
      process.exit(isExplained ? badSettings : failed);
    },
  );
}

function endOnSignal(running: Running, graceMilliseconds: number): void {
  const { logger } = running;
  let signals = 0;
  const end = (signal: NodeJS.Signals) => {
    if (++signals > 1) process.exit(failed);
    logger.info({ signal }, 'stopping');
    setTimeout(() => {
      logger.error({ graceMilliseconds }, 'not stopped in time');
      process.exit(failed);
    }, graceMilliseconds).unref();
    running.stop().then(
      () => {
        logger.info('stopped');
        process.exit(0);
      },
      (error: unknown) => {
        logger.error({ err: error }, 'failed to stop');
        process.exit(failed);
      },
    );
  };
  process.on('SIGTERM', end).on('SIGINT', end);
}

/** What nobody caught leaves the program in a state that nobody knows: it ends, and is started anew. */
function endOnUncaught({ logger }: Running): void {
  const end = (error: unknown) => {
    logger.fatal({ err: error }, 'uncaught');
    process.exit(failed);
  };
  process.on('uncaughtException', end).on('unhandledRejection', end);
}
