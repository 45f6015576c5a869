/** What the api and the worker run on, for their tests: a real cluster, a real migrated database with demo data. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { seed } from '../../apps/database/seed';
import { caFile } from '../../apps/local-platform/certificates';
import { certificatesDirectory, secretsDirectory } from '../../apps/local-platform/redis/layout';
import { redisPasswordFile, ensureSecrets } from '../../apps/local-platform/secret-files';
import { ensureSessionKeys } from '../../apps/local-platform/session-keys';
import type { Variables } from '../../apps/service/settings';
import { startDatabase, type TestDatabase } from './postgres';
import { startRedisCluster, type TestCluster, type TestClusterOptions } from './redis-cluster';

/** The servers of a test. */
export interface TestServers {
  readonly cluster: TestCluster;
  readonly database: TestDatabase;
  /** Password of the users `user-1` to `user-4`. */
  readonly password: string;
  /** Environment variables a deployed api or worker would be given; `PORT` is 0, so that any free one is taken. */
  variables(program: 'api' | 'worker', instance: string): Variables;
  stop(): Promise<void>;
}

/** Starts the servers; about five seconds. */
export async function startServers(options: TestClusterOptions = {}): Promise<TestServers> {
  const [cluster, database] = await Promise.all([startRedisCluster(options), startDatabase()]);
  const secrets = secretsDirectory(cluster.directory);
  ensureSecrets(secrets, ['demo-user']);
  ensureSessionKeys(secrets, 'session-keys');
  const passwordFile = path.join(secrets, 'demo-user');
  await seed(database.owner, { passwordFile, resourceCount: 20 });
  return {
    cluster,
    database,
    password: readFileSync(passwordFile, 'utf8').trim(),
    variables: (program, instance) => ({
      INSTANCE_NAME: instance,
      PORT: '0',
      ...redisVariables(cluster, program),
      ...databaseVariables(database),
      ...(program === 'api' && { SESSION_KEYS_FILE: path.join(secrets, 'session-keys') }),
    }),
    stop: async () => {
      await Promise.all([cluster.stop(), database.stop()]);
    },
  };
}

function redisVariables(cluster: TestCluster, program: 'api' | 'worker'): Variables {
  const user = program === 'api' ? 'app' : 'worker';
  return {
    REDIS_TOPOLOGY: 'cluster',
    REDIS_ADDRESSES: cluster.nodes.map(({ port }) => `127.0.0.1:${port}`).join(','),
    REDIS_USERNAME: user,
    REDIS_PASSWORD_FILE: redisPasswordFile(secretsDirectory(cluster.directory), user),
    REDIS_CA_FILE: caFile(certificatesDirectory(cluster.directory)),
    REDIS_FAILOVER_MILLISECONDS: '8000',
  };
}

function databaseVariables(database: TestDatabase): Variables {
  const settings = database.databaseSettings('application');
  return {
    DATABASE_HOST: settings.host,
    DATABASE_PORT: String(settings.port),
    DATABASE_NAME: settings.database,
    DATABASE_USERNAME: settings.user,
    DATABASE_PASSWORD_FILE: settings.passwordFile,
    DATABASE_CA_FILE: settings.caFile,
  };
}
