/** Settings of the migration. */
import { z } from 'zod';
import type { DatabaseSettings } from '../database/pool';
import { integer, publicFile, secretFilePath } from '../service/settings';

export const migrationVariables = z.object({
  INSTANCE_NAME: z.string().min(1).default('migration'),
  DATABASE_HOST: z.string().min(1),
  DATABASE_PORT: integer(1, 65_535),
  DATABASE_NAME: z.string().min(1),
  DATABASE_CA_FILE: publicFile,
  /** The role that owns the database and everything in it, and may make others. */
  ADMINISTRATOR_USERNAME: z.string().min(1),
  ADMINISTRATOR_PASSWORD_FILE: secretFilePath,
  /** The password that the role `application` has from now on. */
  APPLICATION_PASSWORD_FILE: secretFilePath,
  /** The password of the user that the exercise logs in as. @default - there is no such user */
  EXERCISE_PASSWORD_FILE: secretFilePath.optional(),
});

export type MigrationSettings = z.output<typeof migrationVariables>;

/** How to reach Postgres as the administrator. */
export function administratorSettings(settings: MigrationSettings): DatabaseSettings {
  return {
    host: settings.DATABASE_HOST,
    port: settings.DATABASE_PORT,
    database: settings.DATABASE_NAME,
    user: settings.ADMINISTRATOR_USERNAME,
    passwordFile: settings.ADMINISTRATOR_PASSWORD_FILE,
    caFile: settings.DATABASE_CA_FILE,
    applicationName: settings.INSTANCE_NAME,
    poolSize: 1,
  };
}
