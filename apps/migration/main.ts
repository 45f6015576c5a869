/** The migration: runs before a rollout, and ends. Exit status: 0 if it was done, 1 if it could not be, 2 for bad settings. */
import { ViolationsError } from '../../constructs/validation/violations';
import { loggedError } from '../service/logged-error';
import { createLogger } from '../service/logger';
import { readSettings } from '../service/settings';
import { prepareDatabase } from './migration';
import { migrationVariables } from './settings';

async function main(): Promise<void> {
  const settings = readSettings('the migration', migrationVariables, process.env);
  const logger = createLogger(settings.INSTANCE_NAME, 'info');
  try {
    const applied = await prepareDatabase(settings);
    logger.info({ applied: applied.map(({ name }) => name) }, 'the database is ready');
  } catch (error) {
    logger.error({ err: error }, 'the database is not ready');
    process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof ViolationsError ? error.message : loggedError(error as Error));
  process.exitCode = error instanceof ViolationsError ? 2 : 1;
});
