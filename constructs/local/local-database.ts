/** A Postgres server on this machine, with the application's schema. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Construct } from 'constructs';
import type { ResourceKind } from '../../apps/local-platform/resources';
import type { LocalEnvironment } from '../../environments/local-environment';
import type { DatabaseEndpoint } from '../database/endpoint';
import { fromProcessFolder, localDirectory, postgresPort } from './layout';
import { LocalComponent } from './local-component';
import type { LocalObservation } from './observation';

export interface LocalDatabaseProps {
  readonly environment: LocalEnvironment;
  readonly observation: LocalObservation;
  /** Components the server needs: folder, ports, secrets, certificates. */
  readonly dependsOn: readonly LocalComponent<ResourceKind>[];
}

const databaseName = 'application';

const migrationsFolder = path.resolve(__dirname, '../../apps/database/migrations');

/** The server and its migrations; a new migration is applied by the next deployment. */
export class LocalDatabase extends Construct {
  readonly endpoint: DatabaseEndpoint;

  constructor(scope: Construct, id: string, { environment, observation, dependsOn }: LocalDatabaseProps) {
    super(scope, id);
    const port = postgresPort(environment);
    const server = new LocalComponent(this, 'server', {
      kind: 'postgres',
      resource: {
        name: 'postgres',
        directory: localDirectory,
        incarnation: observation.incarnation('postgres'),
        port,
        maxConnections: environment.platform.databaseMaxConnections,
        database: databaseName,
      },
      dependsOn,
    });
    new LocalComponent(this, 'migrations', {
      kind: 'migrations',
      resource: {
        name: 'migrations',
        directory: localDirectory,
        port,
        database: databaseName,
        migrations: migrationDigests(),
      },
      dependsOn: [server],
    });
    this.endpoint = {
      address: { host: '127.0.0.1', port },
      database: databaseName,
      caCertificateFile: `${fromProcessFolder}/certificates/ca.crt`,
      application: {
        username: 'application',
        password: { kind: 'file', path: `${fromProcessFolder}/secrets/postgres-application` },
      },
    };
  }
}

function migrationDigests(): Record<string, string> {
  const files = readdirSync(migrationsFolder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  return Object.fromEntries(
    files.map((name) => [
      name.replace(/\.sql$/, ''),
      createHash('sha256')
        .update(readFileSync(path.join(migrationsFolder, name)))
        .digest('hex')
        .slice(0, 12),
    ]),
  );
}
