/** The programs on a laptop, from the image that is built from this checkout, told the same as everywhere. */
import type { ProgramSettings } from '../../environments/application-settings';
import { apiVariables, workerVariables, type ApplicationEndpoints } from '../application/settings';
import type { DatabaseEndpoint } from '../database/endpoint';
import { redisClientNames, type RedisClientName } from '../redis/acl';
import type { PasswordFile, RedisCredentials, RedisStandaloneEndpoint } from '../redis/endpoint';
import { apiProcesses, filesFolder, ports, redisServers, users, type ComposeTopology } from './layout';
import type { YamlValue } from '../rendering/yaml';

const file = (name: string) => `${filesFolder}/${name}`;
const passwordFile = (name: string): PasswordFile => ({ kind: 'file', path: file(name) });

const databaseName = 'application';

/** The master: what is one server to clients, as nobody fails over. */
function endpoints(topology: ComposeTopology): ApplicationEndpoints {
  const [host = ''] = redisServers[topology];
  const credentials = Object.fromEntries(
    redisClientNames.map((username) => [username, { username, password: passwordFile(`redis-${username}`) }]),
  ) as Record<RedisClientName, RedisCredentials>;
  const redis: RedisStandaloneEndpoint = {
    topology: 'standalone',
    clusterName: `laptop-${topology}`,
    address: { host, port: ports.redis },
    caCertificateFile: file('ca.crt'),
    credentials,
    failoverMilliseconds: 15_000,
  };
  const database: DatabaseEndpoint = {
    address: { host: 'postgres', port: ports.postgres },
    database: databaseName,
    caCertificateFile: file('ca.crt'),
    application: { username: 'application', password: passwordFile('postgres-application') },
  };
  return { redis, database };
}

/** What every container of a program is. */
export const hardened = { read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] } as const;

const image = {
  image: 'redis-platform/application:laptop',
  user: `${users.programs}:${users.programs}`,
  volumes: [`program-files:${filesFolder}:ro`],
  ...hardened,
};

/** The image where another service builds it: no registry has it. */
const builtImage = { ...image, pull_policy: 'never' } as const;

const healthcheck = (port: number) => ({
  test: ['CMD', '/nodejs/bin/node', '--eval', probe(port)],
  interval: '5s',
  timeout: '5s',
  retries: 12,
});

/** Ends with 0 if the program says that it is ready. */
const probe = (port: number) =>
  `fetch('http://127.0.0.1:${port}/readyz').then(({ status }) => process.exit(status === 200 ? 0 : 1), () => process.exit(1))`;

/** Services by name. */
export function applicationServices(settings: ProgramSettings, topology: ComposeTopology): Record<string, YamlValue> {
  const given = endpoints(topology);
  const api = apiVariables(settings, given, {
    instances: apiProcesses.length,
    sessionKeysFile: file('session-keys.json'),
  });
  const program = (name: string, kind: 'api' | 'worker', variables: Readonly<Record<string, string>>) => ({
    ...builtImage,
    command: [`${kind}.js`],
    environment: { INSTANCE_NAME: name, HOST: '0.0.0.0', PORT: String(ports[kind]), ...variables },
    healthcheck: healthcheck(ports[kind]),
    // Longer than the program's own time for what it has in hand.
    stop_grace_period: '65s',
    restart: 'unless-stopped',
    depends_on: {
      migration: { condition: 'service_completed_successfully' },
      [given.redis.topology === 'standalone' ? given.redis.address.host : 'redis']: { condition: 'service_healthy' },
    },
  });
  const [published] = apiProcesses;
  return {
    migration: migration(given.database),
    worker: program('worker', 'worker', workerVariables(settings, given)),
    ...Object.fromEntries(
      apiProcesses.map((name) => [
        name,
        {
          ...program(name, 'api', api),
          ...(name === published && { ports: [`127.0.0.1:${ports.api}:${ports.api}`] }),
        },
      ]),
    ),
    exercise: exercise(),
  };
}

/** Drives every process of the api, and ends with 0 if all that it proves holds. */
function exercise() {
  return {
    ...builtImage,
    profiles: ['exercise'],
    command: [
      'exercise.js',
      ...apiProcesses.flatMap((name) => ['--url', `http://${name}:${ports.api}`]),
      ...['--username', 'user-1'],
      ...['--password-file', file('demo-user')],
    ],
    depends_on: Object.fromEntries([...apiProcesses, 'worker'].map((name) => [name, { condition: 'service_healthy' }])),
  };
}

function migration({ address, database, caCertificateFile, application }: DatabaseEndpoint) {
  return {
    ...image,
    // The other programs have its image, and wait for it: built by each of them, there would be as many images.
    build: { context: '../..' },
    command: ['migration.js'],
    environment: {
      DATABASE_HOST: address.host,
      DATABASE_PORT: String(address.port),
      DATABASE_NAME: database,
      DATABASE_CA_FILE: caCertificateFile,
      ADMINISTRATOR_USERNAME: 'administrator',
      ADMINISTRATOR_PASSWORD_FILE: file('postgres-administrator'),
      APPLICATION_PASSWORD_FILE: application.password.path,
      EXERCISE_PASSWORD_FILE: file('demo-user'),
    },
    depends_on: { postgres: { condition: 'service_healthy' } },
  };
}

/** Postgres with TLS and an administrator of its own; the migration makes the application's role. */
export function postgresService(postgresImage: string): YamlValue {
  return {
    image: postgresImage,
    command: [
      'postgres',
      ...['-c', 'ssl=on'],
      ...['-c', `ssl_cert_file=${file('postgres.crt')}`],
      ...['-c', `ssl_key_file=${file('postgres.key')}`],
    ],
    environment: {
      POSTGRES_USER: 'administrator',
      POSTGRES_PASSWORD_FILE: file('postgres-administrator'),
      POSTGRES_DB: databaseName,
    },
    volumes: [`postgres-files:${filesFolder}:ro`, 'postgres-data:/var/lib/postgresql/data'],
    security_opt: ['no-new-privileges:true'],
    healthcheck: {
      test: ['CMD', 'pg_isready', '--username', 'administrator', '--dbname', databaseName, '--host', '127.0.0.1'],
      interval: '5s',
      timeout: '5s',
      retries: 12,
    },
    restart: 'unless-stopped',
    depends_on: { prepare: { condition: 'service_completed_successfully' } },
  };
}
