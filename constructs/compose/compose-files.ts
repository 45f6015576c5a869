/** Everything below `deploy/compose` that is rendered, by its path there. */
import type { ProgramSettings } from '../../environments/application-settings';
import { applicationServices, hardened, postgresService } from './application-services';
import { filesFolder, images, ports, redisMemoryMebibytes, redisServers, users, type ComposeTopology } from './layout';
import { composeAclTemplate, composeRedisConf } from './redis-files';
import { renderYaml, type YamlValue } from '../rendering/yaml';

const topologies = Object.keys(redisServers) as readonly ComposeTopology[];

const comment = (topology: ComposeTopology) =>
  [
    `The platform on a laptop: ${topology === 'single-node' ? 'one Redis server' : 'a Redis master and its replica'}, Postgres, two api processes and a worker.`,
    'Rendered from the shared configuration by `npm run render:compose`; a change here is lost, and fails a test.',
    '',
    `    docker compose --file deploy/compose/${topology}.yaml up --build --wait`,
    `    docker compose --file deploy/compose/${topology}.yaml run --rm exercise`,
    `    docker compose --file deploy/compose/${topology}.yaml down --volumes`,
  ].join('\n');

/** Texts by path. */
export function composeFiles(settings: ProgramSettings): Readonly<Record<string, string>> {
  const files: Record<string, string> = { 'redis/users.acl.template': composeAclTemplate() };
  for (const topology of topologies) {
    files[`${topology}.yaml`] = renderYaml(comment(topology), composeProject(settings, topology));
    for (const server of redisServers[topology]) {
      files[`redis/${topology}-${server}.conf`] = composeRedisConf(topology, server);
    }
  }
  return files;
}

/** The project of a topology, as Compose reads it. */
export function composeProject(settings: ProgramSettings, topology: ComposeTopology): Record<string, YamlValue> {
  const servers = redisServers[topology];
  return {
    name: `redis-platform-${topology}`,
    services: {
      prepare: prepareService(servers),
      ...Object.fromEntries(servers.map((server) => [server, redisService(topology, server)])),
      postgres: postgresService(images.postgres),
      ...applicationServices(settings, topology),
    },
    volumes: Object.fromEntries(
      [...fileVolumes, 'postgres-data', ...servers.map((server) => `${server}-data`)].map((volume) => [volume, {}]),
    ),
  };
}

/** Volumes with files, each for the containers of one user. */
const fileVolumes = ['redis-files', 'postgres-files', 'program-files'];

/** Makes what is missing of passwords, certificates and users, and ends. What is there stays as it is. */
function prepareService(servers: readonly string[]): YamlValue {
  return {
    image: images.preparation,
    command: ['/bin/sh', '/prepare.sh', ...servers],
    environment: {
      REDIS_USER: String(users.redis),
      POSTGRES_USER: String(users.postgres),
      PROGRAM_USER: String(users.programs),
    },
    volumes: [
      './prepare.sh:/prepare.sh:ro',
      './redis/users.acl.template:/users.acl.template:ro',
      ...fileVolumes.map((volume) => `${volume}:/${volume}`),
      ...servers.map((server) => `${server}-data:/data/${server}`),
    ],
  };
}

function redisService(topology: ComposeTopology, server: string): YamlValue {
  const [master] = redisServers[topology];
  return {
    image: images.redis,
    command: ['valkey-server', '/etc/redis.conf'],
    user: `${users.redis}:${users.redis}`,
    volumes: [
      `./redis/${topology}-${server}.conf:/etc/redis.conf:ro`,
      `redis-files:${filesFolder}:ro`,
      `${server}-data:/data`,
    ],
    ...(server === master && { ports: [`127.0.0.1:${ports.redis}:${ports.redis}`] }),
    ...hardened,
    mem_limit: `${redisMemoryMebibytes}m`,
    // Without a login a server says only that it wants one: that it answers is enough.
    healthcheck: {
      test: ['CMD-SHELL', `valkey-cli --tls --cacert ${filesFolder}/ca.crt ping | grep -E 'PONG|NOAUTH'`],
      interval: '2s',
      timeout: '5s',
      retries: 30,
    },
    restart: 'unless-stopped',
    depends_on: { prepare: { condition: 'service_completed_successfully' } },
  };
}
