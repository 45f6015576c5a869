import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Pool } from 'pg';
import { migrate } from '../../apps/database/migrate';
import { migrations } from '../../apps/database/migrations';
import { createPool, type DatabaseSettings } from '../../apps/database/pool';
import { caFile, certificateFiles, ensureCertificates } from '../../apps/local-platform/certificates';
import { ensurePostgres, stopPostgres } from '../../apps/local-platform/postgres/server';
import type { PostgresSettings } from '../../apps/local-platform/postgres/settings';
import { ensureSecrets } from '../../apps/local-platform/secret-files';
import { freePorts } from './free-ports';

/** A Postgres server of a test on a free loopback port, its files in a temporary folder. */
export interface TestPostgres {
  readonly port: number;
  readonly settings: PostgresSettings;
  /** Settings to connect with as one of the roles. */
  databaseSettings(role: 'owner' | 'application'): DatabaseSettings;
  /** Stops the server and removes its folder. To be called in `afterAll`. */
  stop(): Promise<void>;
}

/** A migrated database with a pool for each role. */
export interface TestDatabase extends TestPostgres {
  readonly owner: Pool;
  readonly application: Pool;
}

/** Writes what a server needs into a new temporary folder, without starting it. */
export async function preparePostgres(): Promise<TestPostgres> {
  const folder = mkdtempSync(path.join(tmpdir(), 'postgres-test-'));
  const file = (name: string): string => path.join(folder, name);
  await ensureCertificates(folder, ['postgres']);
  ensureSecrets(folder, ['superuser', 'owner', 'application']);
  const [port = 0] = await freePorts(1);
  const settings: PostgresSettings = {
    directory: file('postgres'),
    port,
    maxConnections: 60,
    database: 'shop',
    ...certificateFiles(folder, 'postgres'),
    caFile: caFile(folder),
    passwordFiles: {
      superuser: file('superuser'),
      owner: file('owner'),
      application: file('application'),
    },
  };
  return {
    port,
    settings,
    databaseSettings: (role) => ({
      host: '127.0.0.1',
      port,
      database: settings.database,
      user: role,
      passwordFile: settings.passwordFiles[role],
      caFile: settings.caFile,
      applicationName: 'test',
    }),
    stop: async () => {
      await stopPostgres(settings);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A running server with its roles and an empty database; about two seconds. */
export async function startPostgres(): Promise<TestPostgres> {
  const postgres = await preparePostgres();
  try {
    await ensurePostgres(postgres.settings);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  return postgres;
}

/** A running server with the application's schema and a pool for each role, which `stop()` ends. */
export async function startDatabase(): Promise<TestDatabase> {
  const postgres = await startPostgres();
  try {
    await migrate(postgres.databaseSettings('owner'), migrations);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  const ignoreIdleErrors = (): undefined => undefined;
  const owner = createPool(postgres.databaseSettings('owner'), ignoreIdleErrors);
  const application = createPool({ ...postgres.databaseSettings('application'), poolSize: 25 }, ignoreIdleErrors);
  return {
    ...postgres,
    owner,
    application,
    stop: async () => {
      await Promise.all([owner.end(), application.end()]);
      await postgres.stop();
    },
  };
}
