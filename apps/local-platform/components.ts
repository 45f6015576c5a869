/** How each kind of component is brought about and taken away. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { migrate } from '../database/migrate';
import { migrations } from '../database/migrations';
import { createPool, type DatabaseSettings } from '../database/pool';
import { seed } from '../database/seed';
import { ensureApplication, stopApplication } from './application';
import { caFile, certificateFiles, ensureCertificates } from './certificates';
import { postgresDirectory, stopEverything } from './liveness';
import { ensureAlertReceiver, ensureRedisExporter, ensureWatcher, stopObserver } from './observability';
import { checkPorts } from './ports';
import { ensurePostgres, stopPostgres } from './postgres/server';
import { postgresRoles } from './postgres/settings';
import { convergeCluster } from './redis/cluster';
import { certificatesDirectory, secretsDirectory } from './redis/layout';
import { startNode, stopNode, writeNodeConfiguration } from './redis/node';
import type { MigrationsResource, PostgresResource, ResourceKind, Resources } from './resources';
import { ensureSecrets, writeRedisUserFiles } from './secret-files';
import { ensureSessionKeys } from './session-keys';

/** Brings a component about or takes it away; each can be repeated at any time. */
interface Component<Resource> {
  /** Tells in a line what was done. */
  ensure(resource: Resource): Promise<string> | string;
  remove(resource: Resource): Promise<void> | void;
}

const nothing = () => undefined;

/** Every kind of component. */
export const components: { readonly [Kind in ResourceKind]: Component<Resources[Kind]> } = {
  directory: {
    ensure: ({ directory }) => {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      return `${directory} is there`;
    },
    // Also ends processes whose own removal Terraform skips, as it does for a component that failed half-way.
    remove: async ({ directory }) => {
      await stopEverything(directory);
      rmSync(directory, { recursive: true, force: true });
    },
  },
  ports: {
    ensure: async (resource) => {
      await checkPorts(resource);
      return `${Object.keys(resource.ports).length} ports can be used`;
    },
    remove: nothing,
  },
  secrets: {
    ensure: ({ directory, passwords, sessionKeys }) => {
      const made = ensureSecrets(secretsDirectory(directory), passwords);
      ensureSessionKeys(secretsDirectory(directory), sessionKeys);
      writeRedisUserFiles(secretsDirectory(directory));
      return made.length === 0 ? 'secrets are unchanged' : `made ${made.length} secrets`;
    },
    remove: nothing,
  },
  certificates: {
    ensure: async ({ directory, servers }) => {
      const made = await ensureCertificates(certificatesDirectory(directory), servers);
      return made.length === 0 ? 'certificates are unchanged' : `made certificates: ${made.join(', ')}`;
    },
    remove: nothing,
  },
  'redis-node': {
    ensure: async ({ directory, node, configuration }) => {
      writeNodeConfiguration(directory, node, configuration);
      await startNode(directory, node);
      return `${node.name} answers on port ${node.port}`;
    },
    remove: ({ directory, node }) => stopNode(directory, node),
  },
  'redis-cluster': {
    ensure: async ({ directory, nodes }) => {
      const steps: string[] = [];
      await convergeCluster({ directory, nodes }, (step) => steps.push(step));
      return steps.length === 0 ? 'the cluster is whole' : steps.join('; ');
    },
    remove: nothing,
  },
  postgres: {
    ensure: async (resource) => {
      const { action } = await ensurePostgres(postgresSettings(resource));
      return `postgres on port ${resource.port}: ${action}`;
    },
    remove: ({ directory }) => stopPostgres({ directory: postgresDirectory(directory) }),
  },
  migrations: { ensure: migrateAndSeed, remove: nothing },
  application: {
    ensure: async (resource) => `${resource.name} on port ${resource.port}: ${await ensureApplication(resource)}`,
    remove: stopApplication,
  },
  exercise: {
    ensure: ({ directory, settings }) => {
      writeFileSync(path.join(directory, 'exercise.json'), `${JSON.stringify(settings, null, 2)}\n`);
      return `the api is at ${settings.apiUrls.join(' and ')}`;
    },
    remove: ({ directory }) => rmSync(path.join(directory, 'exercise.json'), { force: true }),
  },
  'redis-exporter': {
    ensure: async (resource) => `${resource.name} on port ${resource.port}: ${await ensureRedisExporter(resource)}`,
    remove: stopObserver,
  },
  watcher: {
    ensure: async (resource) => `${resource.name} on port ${resource.port}: ${await ensureWatcher(resource)}`,
    remove: stopObserver,
  },
  'alert-receiver': {
    ensure: async (resource) => `${resource.name} on port ${resource.port}: ${await ensureAlertReceiver(resource)}`,
    remove: stopObserver,
  },
  addresses: {
    ensure: ({ directory, addresses }) => {
      writeFileSync(path.join(directory, 'addresses.json'), `${JSON.stringify(addresses, null, 2)}\n`);
      return Object.entries(addresses)
        .map(([what, url]) => `${what} at ${url}`)
        .join(', ');
    },
    remove: ({ directory }) => rmSync(path.join(directory, 'addresses.json'), { force: true }),
  },
};

function postgresSettings({ directory, port, maxConnections, database }: PostgresResource) {
  const certificates = path.resolve(certificatesDirectory(directory));
  const secret = (name: string) => path.resolve(secretsDirectory(directory), name);
  return {
    directory: postgresDirectory(directory),
    port,
    maxConnections,
    database,
    ...certificateFiles(certificates, 'postgres'),
    caFile: caFile(certificates),
    passwordFiles: {
      superuser: secret('postgres-superuser'),
      owner: secret('postgres-owner'),
      application: secret('postgres-application'),
    },
  };
}

async function migrateAndSeed({ directory, port, database }: MigrationsResource): Promise<string> {
  const owner: DatabaseSettings = {
    host: '127.0.0.1',
    port,
    database,
    user: postgresRoles.owner,
    passwordFile: path.resolve(secretsDirectory(directory), 'postgres-owner'),
    caFile: path.resolve(caFile(certificatesDirectory(directory))),
    applicationName: 'migrations',
  };
  const applied = await migrate(owner, migrations);
  const pool = createPool(owner, nothing);
  try {
    const { resourcesAdded } = await seed(pool, {
      passwordFile: path.resolve(secretsDirectory(directory), 'demo-user'),
    });
    return `applied ${applied.length} migrations, added ${resourcesAdded} resources`;
  } finally {
    await pool.end();
  }
}
