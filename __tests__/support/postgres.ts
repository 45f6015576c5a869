import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Pool } from 'pg';
import { migrate } from '../../apps/database/migrate';
import { migrations } from '../../apps/database/migrations';
import { createPool, type DatabaseSettings } from '../../apps/database/pool';
import { ensurePostgres, stopPostgres } from '../../apps/local-platform/postgres/server';
import type { PostgresSettings } from '../../apps/local-platform/postgres/settings';

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
  makeCertificates(folder);
  for (const name of ['superuser', 'owner', 'application']) {
    writeFileSync(file(`${name}.password`), randomBytes(24).toString('base64url'), { mode: 0o600 });
  }
  const port = await freePort();
  const settings: PostgresSettings = {
    directory: file('postgres'),
    port,
    maxConnections: 60,
    database: 'shop',
    certificateFile: file('server.crt'),
    keyFile: file('server.key'),
    caFile: file('ca.crt'),
    passwordFiles: {
      superuser: file('superuser.password'),
      owner: file('owner.password'),
      application: file('application.password'),
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

/** A TCP port of 127.0.0.1 that nothing listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No TCP port was assigned.');
  return address.port;
}

/** `ca.crt`, and `server.crt` with `server.key` signed by it for 127.0.0.1 and localhost. */
export function makeCertificates(folder: string): void {
  const openssl = (...parameters: string[]): void => {
    execFileSync('openssl', parameters, { cwd: folder, stdio: 'pipe' });
  };
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  openssl(...request, '-subj', '/CN=test authority', '-keyout', 'ca.key', '-out', 'ca.crt');
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost', '-addext', 'basicConstraints=CA:FALSE'];
  openssl(
    ...request,
    '-CA',
    'ca.crt',
    '-CAkey',
    'ca.key',
    '-subj',
    '/CN=test server',
    ...names,
    '-keyout',
    'server.key',
    '-out',
    'server.crt',
  );
}
