/** Real Redis servers without cluster mode, with TLS and ACL: one alone, or a replicated pair that Sentinels watch. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { caFile, ensureCertificates } from '../../apps/local-platform/certificates';
import { logTail, runningPid, startDaemon, stopDaemon, waitUntil, type Daemon } from '../../apps/local-platform/daemon';
import { writeSecretFile } from '../../apps/local-platform/secret-files';
import { awaitReady, connectRedis, disconnectRedis } from '../../apps/redis/client';
import type { RedisAddress, RedisSentinelSettings, RedisStandaloneSettings } from '../../apps/redis/settings';
import { renderAclUsers, sentinelPlatformUsers, type AclUser } from '../../constructs/redis/acl';
import { redisDirectives, renderRedisConf, type Directive } from '../../constructs/redis/configuration';
import { renderSentinelAcl } from '../../constructs/redis/sentinel';
import { freePorts } from './free-ports';

/** A Redis server alone. */
export interface TestServer {
  /** Client settings of the user `app`; all users of the platform, and `inspector`, have the same password here. */
  readonly settings: RedisStandaloneSettings;
  pid(): number;
  /** Starts it again once it has ended, with what it has on disk. */
  restart(...directives: Directive[]): Promise<void>;
  stop(): Promise<void>;
}

/** A master, a replica and three Sentinels. */
export interface TestSentinels {
  /** Client settings of the user `app`, which may also ask the Sentinels. */
  readonly settings: RedisSentinelSettings;
  /** Address of the master, in the eyes of a Sentinel. */
  master(): Promise<RedisAddress>;
  /** Makes the Sentinels promote the replica without cause. */
  failover(): Promise<void>;
  /** Process id of the server or Sentinel at an address. */
  pid(address: RedisAddress): number;
  stop(): Promise<void>;
}

interface Server {
  readonly daemon: Daemon;
  readonly address: RedisAddress;
}

interface Site {
  readonly directory: string;
  readonly password: string;
  readonly servers: readonly Server[];
}

const masterName = 'main';

/** Beside the users of the platform: looks at commands and rights, and at nothing else. */
const inspector: AclUser<'inspector'> = {
  name: 'inspector',
  commands: ['hello', 'auth', 'ping', 'client|setname', 'info', 'command', 'acl|dryrun', 'acl|cat'],
};

export interface TestUsers {
  /** In the place of the platform's. @default - those of a platform with Sentinels */
  readonly users?: readonly AclUser<string>[];
  /** Further lines of users.acl. @default - none */
  readonly lines?: string;
}

/** Starts a server alone. */
export async function startStandaloneRedis(users: TestUsers = {}): Promise<TestServer> {
  const site = await layOut(['redis'], users);
  const server = serverOf(site, 0);
  await startServer(site, server, []);
  return {
    settings: { topology: 'standalone', address: server.address, ...credentials(site, 'app') },
    pid: () => pidOf(server),
    restart: async (...directives) => {
      await waitUntil(() => runningPid(server.daemon) === undefined, 10_000);
      await startServer(site, server, directives);
    },
    stop: () => stopSite(site),
  };
}

/** Starts a master, a replica and three Sentinels that count a server as down after a second. */
export async function startSentinelRedis(): Promise<TestSentinels> {
  const site = await layOut(['redis-1', 'redis-2', 'sentinel-1', 'sentinel-2', 'sentinel-3']);
  const [master, replica, sentinels] = [serverOf(site, 0), serverOf(site, 1), site.servers.slice(2)];
  await startServer(site, master, []);
  await startServer(site, replica, [['replicaof', master.address.host, String(master.address.port)]]);
  await Promise.all(sentinels.map((sentinel) => startSentinel(site, sentinel, master.address)));
  await expectSoon('the Sentinels to know each other and the replica', async () => {
    const answers = await Promise.all(
      sentinels.map((one) =>
        Promise.all([ask(site, one, 'CKQUORUM'), ask(site, one, 'REPLICAS') as Promise<string[][]>]),
      ),
    );
    return answers.every(
      ([quorum, [fields = []]]) =>
        String(quorum).startsWith('OK 3') && fields[fields.indexOf('master-link-status') + 1] === 'ok',
    );
  });
  return {
    settings: {
      topology: 'sentinel',
      sentinels: sentinels.map(({ address }) => address),
      masterName,
      ...credentials(site, 'app'),
    },
    master: async () => {
      const [host, port] = (await ask(site, serverOf(site, 2), 'GET-MASTER-ADDR-BY-NAME')) as string[];
      return { host: String(host), port: Number(port) };
    },
    failover: async () => {
      await ask(site, serverOf(site, 2), 'FAILOVER');
    },
    pid: ({ port }) => {
      const server = site.servers.find(({ address }) => address.port === port);
      if (!server) throw new Error(`nothing was started on port ${port}`);
      return pidOf(server);
    },
    stop: () => stopSite(site),
  };
}

async function layOut(
  names: readonly string[],
  { users = sentinelPlatformUsers, lines = '' }: TestUsers = {},
): Promise<Site> {
  const directory = mkdtempSync(path.join(tmpdir(), 'redis-servers-'));
  const password = randomBytes(32).toString('base64url');
  const digest = createHash('sha256').update(password).digest('hex');
  const ports = await freePorts(names.length);
  await ensureCertificates(path.join(directory, 'certificates'), names);
  const passwordsOf = () => `#${digest}`;
  writeSecretFile(
    path.join(directory, 'users.acl'),
    renderAclUsers<string>([...users, inspector], passwordsOf) + lines,
  );
  writeSecretFile(path.join(directory, 'sentinel-users.acl'), renderSentinelAcl(passwordsOf));
  return {
    directory,
    password,
    servers: names.map((name, index) => ({
      daemon: { name, directory: path.join(directory, name) },
      address: { host: '127.0.0.1', port: ports[index] ?? 0 },
    })),
  };
}

async function startServer(site: Site, server: Server, directives: readonly Directive[]): Promise<void> {
  await start(site, server, 'redis.conf', [
    ...processDirectives(server),
    ['aclfile', '../users.acl'],
    ['masteruser', 'replica'],
    ['masterauth', site.password],
    ...redisDirectives({ maxmemoryBytes: 64 * 1024 * 1024 }),
    ...directives,
  ]);
}

async function startSentinel(site: Site, server: Server, master: RedisAddress): Promise<void> {
  await start(site, server, 'sentinel.conf', [
    ...processDirectives(server),
    ['aclfile', '../sentinel-users.acl'],
    ['sentinel', 'sentinel-user', 'sentinel'],
    ['sentinel', 'sentinel-pass', site.password],
    ['sentinel', 'monitor', masterName, master.host, String(master.port), '2'],
    ['sentinel', 'auth-user', masterName, 'sentinel'],
    ['sentinel', 'auth-pass', masterName, site.password],
    ['sentinel', 'down-after-milliseconds', masterName, '1000'],
    ['sentinel', 'failover-timeout', masterName, '5000'],
  ]);
}

function processDirectives({ daemon, address }: Server): Directive[] {
  return [
    ['bind', address.host],
    ['port', '0'],
    ['tls-port', String(address.port)],
    ['tls-cert-file', `../certificates/${daemon.name}.crt`],
    ['tls-key-file', `../certificates/${daemon.name}.key`],
    ['tls-ca-cert-file', '../certificates/ca.crt'],
    ['tls-auth-clients', 'no'],
    ['tls-replication', 'yes'],
    ['dir', './'],
  ];
}

async function start(
  site: Site,
  { daemon, address }: Server,
  file: string,
  directives: readonly Directive[],
): Promise<void> {
  writeSecretFile(path.join(daemon.directory, file), renderRedisConf(directives));
  const mode = file === 'sentinel.conf' ? ['--sentinel'] : [];
  await startDaemon(daemon, { program: 'redis-server', arguments: [file, ...mode], revision: '' });
  try {
    await query(site, address, (client) => client.call('PING'));
  } catch (error) {
    throw new Error(`${daemon.name} doesn't answer:\n${logTail(daemon)}`, { cause: error });
  }
}

function ask(site: Site, { address }: Server, question: string): Promise<unknown> {
  return query(site, address, (client) => client.call('SENTINEL', question, masterName));
}

async function query<T>(
  site: Site,
  address: RedisAddress,
  question: (client: ReturnType<typeof connectRedis>) => Promise<T>,
): Promise<T> {
  const client = connectRedis({ topology: 'standalone', address, ...credentials(site, 'operator') });
  try {
    await awaitReady(client, 10_000);
    return await question(client);
  } finally {
    await disconnectRedis(client);
  }
}

async function expectSoon(what: string, condition: () => Promise<boolean>): Promise<void> {
  const cameTrue = await waitUntil(() => condition().catch(() => false), 20_000);
  if (!cameTrue) throw new Error(`waited 20 s for ${what}`);
}

function credentials({ directory, password }: Site, username: string) {
  const caCertificate = readFileSync(caFile(path.join(directory, 'certificates')), 'utf8');
  return { username, password, caCertificate, failoverMilliseconds: 8_000 };
}

function serverOf({ servers }: Site, index: number): Server {
  const server = servers[index];
  if (!server) throw new Error(`there is no server ${index}`);
  return server;
}

function pidOf({ daemon }: Server): number {
  const pid = runningPid(daemon);
  if (pid === undefined) throw new Error(`${daemon.name} is not running`);
  return pid;
}

async function stopSite({ directory, servers }: Site): Promise<void> {
  await Promise.all(servers.map(({ daemon }) => stopDaemon(daemon, 10_000)));
  rmSync(directory, { recursive: true, force: true });
}
