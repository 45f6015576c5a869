/**
 * Pods of Redis with Sentinels on this machine: the programs and files that pods get, started as their containers would be.
 * Paths, ports and addresses are all that differs.
 */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { caFile, certificateFiles, ensureCertificates } from '../../apps/local-platform/certificates';
import { logFile, logTail, runningPid, startDaemon, stopDaemon, type Daemon } from '../../apps/local-platform/daemon';
import type { RedisSentinelSettings } from '../../apps/redis/settings';
import { sentinelPodConfiguration } from '../../constructs/bitnami/bitnami-redis-sentinel';
import { redisPorts, sentinelMasterName } from '../../constructs/bitnami/names';
import { podPaths } from '../../constructs/bitnami/pod-configuration';
import { sentinelPodNames } from '../../constructs/bitnami/sentinel-values';
import { renderSentinelUsers, renderWatchedUsers } from '../../constructs/bitnami/users';
import { exporterSidecar } from '../../constructs/bitnami/exporter-sidecar';
import type { RedisClientName } from '../../constructs/redis/acl';
import { exporterPasswordFile } from '../../constructs/redis/exporter-login';
import { bitnamiSentinelTestSettings } from './bitnami-settings';
import { freePorts } from './free-ports';
import { runPodProgram, writePodPrograms, type Outcome } from './pod-programs';
import { WatchedServers, type WatchedKind } from './watched-servers';

const settings = {
  ...bitnamiSentinelTestSettings,
  failover: {
    quorum: 2,
    downAfterMilliseconds: 1_000,
    failoverTimeoutMilliseconds: 5_000,
    writesWithoutReplicaSeconds: 3,
  },
};

/** A container of a pod. */
export type PodContainer = WatchedKind | 'keeper';

const containers: Readonly<Record<PodContainer, string>> = {
  redis: 'start-redis',
  sentinel: 'start-sentinel',
  keeper: 'keep',
};

interface Pod {
  readonly name: string;
  readonly ports: Readonly<Record<WatchedKind, number>>;
}

/** A name, as pods have: servers announce it, and Sentinels resolve it. */
const host = 'localhost';

export class SentinelPods {
  readonly names = sentinelPodNames(settings);
  readonly #directory = mkdtempSync(path.join(tmpdir(), 'sentinel-pods-'));
  readonly #pods: readonly Pod[];
  readonly #watched: WatchedServers;
  readonly #exporter = createServer((request, response) => {
    this.exporterRequests.push(`${request.method} ${request.url}`);
    response.end('ok');
  });
  /** What keepers asked of the exporter, which is the same one for all pods here. */
  readonly exporterRequests: string[] = [];
  #passwords = [newPassword()];

  private constructor(ports: readonly number[]) {
    this.#pods = this.names.map((name, index) => ({
      name,
      ports: { redis: ports[2 * index] ?? 0, sentinel: ports[2 * index + 1] ?? 0 },
    }));
    this.#watched = new WatchedServers({
      servers: this.#pods.map(({ name, ports: { redis, sentinel } }) => ({
        name,
        redis: { host, port: redis },
        sentinel: { host, port: sentinel },
      })),
      masterName: sentinelMasterName,
      login: (user) => this.#login(user),
      log: (name, kind) => logTail(this.#daemon(name, kind)),
    });
  }

  /** Starts all pods at the same time, and waits until they are whole. */
  static async start(): Promise<SentinelPods> {
    const pods = new SentinelPods(await freePorts(2 * settings.nodes));
    try {
      pods.#exporter.listen(0, '127.0.0.1');
      await once(pods.#exporter, 'listening');
      await pods.#layOut();
      await Promise.all(pods.names.map((name) => pods.startPod(name)));
      await pods.whole();
    } catch (error) {
      await pods.stop();
      throw error;
    }
    return pods;
  }

  /** Client settings of an ACL user. */
  settings(user: RedisClientName): RedisSentinelSettings {
    return {
      topology: 'sentinel',
      sentinels: this.#pods.map(({ ports }) => ({ host, port: ports.sentinel })),
      masterName: sentinelMasterName,
      ...this.#login(user),
    };
  }

  master = () => this.#watched.master();
  whole = () => this.#watched.whole();
  ask = (name: string, kind: WatchedKind, ...command: [string, ...string[]]) =>
    this.#watched.ask(name, kind, ...command);

  #login(username: RedisClientName) {
    const caCertificate = readFileSync(caFile(path.join(this.#directory, 'authority')), 'utf8');
    return { username, password: this.#passwords[0] ?? '', caCertificate, failoverMilliseconds: 10_000 };
  }

  async startPod(name: string): Promise<void> {
    await Promise.all(
      (Object.keys(containers) as PodContainer[]).map((container) => this.startContainer(name, container)),
    );
  }

  /** Starts a container that ended. */
  async startContainer(name: string, container: PodContainer): Promise<void> {
    await startDaemon(this.#daemon(name, container), {
      program: 'bash',
      arguments: [path.join(this.#directory, 'programs', containers[container])],
      environment: this.#environment(name),
      revision: '',
    });
  }

  /** Stops a pod as Kubernetes does: first what is to be done before, then SIGTERM to all containers. */
  async stopPod(name: string): Promise<Outcome> {
    const handedOver = await this.run(name, 'hand-over');
    await Promise.all(
      (Object.keys(containers) as PodContainer[]).map((container) => stopDaemon(this.#daemon(name, container), 15_000)),
    );
    return handedOver;
  }

  /** Ends a pod at once, as when its node is lost. */
  async crashPod(name: string): Promise<void> {
    process.kill(this.pid(name, 'redis'), 'SIGKILL');
    await Promise.all(
      (Object.keys(containers) as PodContainer[]).map((one) => stopDaemon(this.#daemon(name, one), 15_000)),
    );
  }

  /** Takes the volume of a pod away. */
  loseVolume(name: string): void {
    rmSync(path.join(this.#directory, name, 'data'), { recursive: true });
    mkdirSync(path.join(this.#directory, name, 'data'));
  }

  /** Runs a program in a pod, to its end. */
  run(name: string, program: string, variables: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    return runPodProgram(path.join(this.#directory, 'programs', program), {
      ...this.#environment(name),
      HAND_OVER_SECONDS: '20',
      ...variables,
    });
  }

  /** Ports of all servers and Sentinels. */
  get ports(): readonly number[] {
    return this.#pods.flatMap(({ ports }) => [ports.redis, ports.sentinel]);
  }

  pid(name: string, container: PodContainer): number {
    const pid = runningPid(this.#daemon(name, container));
    if (pid === undefined) throw new Error(`${container} of ${name} is not running`);
    return pid;
  }

  log = (name: string, container: PodContainer) => readFileSync(logFile(this.#daemon(name, container)), 'utf8');

  /** Gives all users another password; the one before is still accepted. */
  rotatePasswords(): void {
    this.#passwords = [newPassword(), ...this.#passwords].slice(0, 2);
    for (const name of this.names) this.#writeSecrets(name);
  }

  /** Gives all servers new certificates of the same authority. */
  async renewCertificates(): Promise<void> {
    const authority = path.join(this.#directory, 'authority');
    for (const name of this.names) rmSync(certificateFiles(authority, name).certificateFile);
    await this.#writeCertificates();
  }

  /** Ends everything and removes the files. */
  async stop(): Promise<void> {
    const daemons = this.names.flatMap((name) =>
      (Object.keys(containers) as PodContainer[]).map((container) => this.#daemon(name, container)),
    );
    await Promise.all(daemons.map((daemon) => stopDaemon(daemon, 15_000)));
    this.#exporter.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #layOut(): Promise<void> {
    writePodPrograms('bitnami-sentinel', path.join(this.#directory, 'programs'));
    await this.#writeCertificates();
    for (const pod of this.#pods) {
      mkdirSync(this.#path(pod.name, 'data'), { recursive: true });
      this.#writeConfiguration(pod);
      this.#writeSecrets(pod.name);
    }
  }

  #path = (name: string, ...parts: readonly string[]) => path.join(this.#directory, name, ...parts);

  #write(name: string, folder: string, file: string, text: string): void {
    mkdirSync(this.#path(name, folder), { recursive: true });
    writeFileSync(this.#path(name, folder, file), text, { mode: 0o600 });
  }

  #writeConfiguration({ name, ports }: Pod): void {
    const places: readonly (readonly [string, string])[] = [
      [podPaths.users, this.#path(name, 'users')],
      [podPaths.replication, this.#path(name, 'replication')],
      [podPaths.certificates, this.#path(name, 'certificates')],
      [podPaths.data, this.#path(name, 'data')],
      ['bind * -::*', 'bind 127.0.0.1 -::1'],
      [`tls-port ${redisPorts.redis}`, `tls-port ${ports.redis}`],
      [`port ${redisPorts.sentinel}`, `port ${ports.sentinel}`],
    ];
    for (const [file, text] of Object.entries(sentinelPodConfiguration(settings))) {
      this.#write(
        name,
        'configuration',
        file,
        places.reduce((result, [from, to]) => result.replaceAll(from, to), text),
      );
    }
  }

  /** What External Secrets makes of passwords, as Secrets of one's own. */
  #writeSecrets(name: string): void {
    const digests = this.#passwords
      .map((password) => `#${createHash('sha256').update(password).digest('hex')}`)
      .join(' ');
    const [password = ''] = this.#passwords;
    this.#write(
      name,
      'users',
      'users.acl',
      renderWatchedUsers(() => digests),
    );
    this.#write(
      name,
      'users',
      'sentinel-users.acl',
      renderSentinelUsers(() => digests),
    );
    this.#write(name, 'replication', 'replication.conf', `masteruser replica\nmasterauth "${password}"\n`);
    this.#write(name, 'secrets', 'keeper', `${this.#passwords.join('\n')}\n`);
    this.#write(name, 'secrets', 'sentinel', password);
    this.#write(name, 'exporter', 'passwords.json', exporterPasswordFile(this.#portOf(name), password));
  }

  #portOf(name: string): number {
    return this.#pods.find((pod) => pod.name === name)?.ports.redis ?? 0;
  }

  /**
   * Arguments of a pod's exporter, which listens on another port of this machine. The program of Debian 12 has no endpoint to
   * disable.
   */
  exporterArguments(name: string, port: number): readonly string[] {
    const places: readonly (readonly [string, string])[] = [
      [`:${redisPorts.redis}`, `:${this.#portOf(name)}`],
      [`:${redisPorts.exporter}`, `127.0.0.1:${port}`],
      [podPaths.exporter, this.#path(name, 'exporter')],
      [podPaths.certificates, this.#path(name, 'certificates')],
    ];
    return exporterSidecar('', { isCluster: false })
      .args.filter((argument) => argument !== '--disable-scrape-endpoint')
      .map((argument) => places.reduce((result, [from, to]) => result.replace(from, to), argument));
  }

  async #writeCertificates(): Promise<void> {
    const authority = path.join(this.#directory, 'authority');
    await ensureCertificates(authority, this.names);
    for (const name of this.names) {
      const { certificateFile, keyFile } = certificateFiles(authority, name);
      mkdirSync(this.#path(name, 'certificates'), { recursive: true });
      for (const [from, to] of [
        [certificateFile, 'tls.crt'],
        [keyFile, 'tls.key'],
        [caFile(authority), 'ca.crt'],
      ] as const) {
        copyFileSync(from, this.#path(name, 'certificates', to));
      }
    }
  }

  #environment(name: string): Record<string, string> {
    const all = (kind: WatchedKind) => this.#pods.map(({ ports }) => `${host}:${ports[kind]}`);
    const { ports } = this.#pods.find((pod) => pod.name === name) ?? { ports: { redis: 0, sentinel: 0 } };
    return {
      SELF: `${host}:${ports.redis}`,
      OWN: `${host}:${ports.redis}`,
      SENTINEL: `${host}:${ports.sentinel}`,
      OWN_SENTINEL: `${host}:${ports.sentinel}`,
      SERVERS: all('redis').join(' '),
      SENTINELS: all('sentinel').join(' '),
      MASTER_NAME: sentinelMasterName,
      FIRST_MASTER: all('redis')[0] ?? '',
      CONFIGURATION: this.#path(name, 'configuration'),
      DATA: this.#path(name, 'data'),
      CERTIFICATES: this.#path(name, 'certificates'),
      USERS: this.#path(name, 'users'),
      REPLICATION: this.#path(name, 'replication'),
      PASSWORD_FILE: this.#path(name, 'secrets', 'keeper'),
      SENTINEL_PASSWORD_FILE: this.#path(name, 'secrets', 'sentinel'),
      EXPORTER: this.#path(name, 'exporter'),
      EXPORTER_PORT: String((this.#exporter.address() as AddressInfo).port),
      PAUSE_SECONDS: '1',
      AGREE_SECONDS: '5',
    };
  }

  #daemon(name: string, container: PodContainer): Daemon {
    return { name: `${name}-${container}`, directory: this.#path(name, 'daemons', container) };
  }
}

const newPassword = () => randomBytes(24).toString('base64url');
