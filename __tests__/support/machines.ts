/**
 * Machines on this one: a master, replicas and a Sentinel beside each, from the files that machines get, started as their
 * units would start them. Paths and ports are all that differs.
 */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { caFile, certificateFiles, ensureCertificates } from '../../apps/local-platform/certificates';
import { logTail, runningPid, startDaemon, stopDaemon, type Daemon } from '../../apps/local-platform/daemon';
import { ensureSecrets } from '../../apps/local-platform/secret-files';
import type { RedisSentinelSettings } from '../../apps/redis/settings';
import { machineFiles, type MachineFile } from '../../constructs/machines/machine-files';
import type { Machine, MachineLayout, MachinePlatform } from '../../constructs/machines/platform';
import { sentinelPlatformUserNames, type SentinelPlatformUserName } from '../../constructs/redis/acl';
import { freePorts } from './free-ports';
import { WatchedServers, type WatchedKind } from './watched-servers';

const run = promisify(execFile);

export type MachineServer = WatchedKind;

export interface TestMachines {
  readonly platform: MachinePlatform;
  /** Client settings of an ACL user. */
  settings(user: SentinelPlatformUserName): RedisSentinelSettings;
  /** Name of the machine that the Sentinels call the master. */
  master(): Promise<string>;
  /** Waits until all Sentinels agree and the master has all its replicas. */
  whole(): Promise<void>;
  /** What a server, or the Sentinel of a machine, replies to the operator. */
  ask(name: string, server: MachineServer, ...command: [string, ...string[]]): Promise<unknown>;
  pid(name: string, server: MachineServer): number;
  /** Starts a server that ended, as its unit would. */
  start(name: string, server: MachineServer): Promise<void>;
  /** Runs a program of the machine. @returns what it printed */
  program(name: string, program: string, ...options: readonly string[]): Promise<string>;
  layout(name: string): MachineLayout;
  /** Ends everything and removes the files. */
  stop(): Promise<void>;
}

/** Folders of a machine below a test's own. */
export function testLayout(directory: string, name: string): MachineLayout {
  const root = path.join(directory, name);
  return {
    configuration: path.join(root, 'etc'),
    state: path.join(root, 'state'),
    programs: path.join(root, 'programs'),
    owner: userInfo().username,
  };
}

/** Writes what belongs to the machine alone; the rest is for its operating system. */
export function writeMachineFiles(files: readonly MachineFile[], { configuration, programs }: MachineLayout): void {
  for (const file of files) {
    if (![configuration, programs].includes(path.dirname(file.path))) continue;
    mkdirSync(path.dirname(file.path), { recursive: true });
    writeFileSync(file.path, file.content, { mode: Number.parseInt(file.mode, 8) });
  }
}

const mebibyte = 1024 * 1024;

/** A platform of three machines on free ports that counts a server as down after a second. */
export async function testPlatform(change: Partial<MachinePlatform> = {}): Promise<MachinePlatform> {
  const ports = await freePorts(6);
  const machine = (index: number): Machine => ({
    name: `machine-${index + 1}`,
    host: '127.0.0.1',
    redisPort: ports[2 * index] ?? 0,
    sentinelPort: ports[2 * index + 1] ?? 0,
  });
  return {
    clusterName: 'test-redis',
    machines: [machine(0), machine(1), machine(2)],
    redis: { maxmemoryBytes: 64 * mebibyte, writeQuorum: { replicas: 1, maximumLagSeconds: 3 } },
    failover: { masterName: 'main', quorum: 2, downAfterMilliseconds: 1_000, failoverTimeoutMilliseconds: 5_000 },
    ...change,
  };
}

/** Starts such a platform and waits until it is whole. */
export async function startMachines(change: Partial<MachinePlatform> = {}): Promise<TestMachines> {
  const platform = await testPlatform(change);
  const directory = mkdtempSync(path.join(tmpdir(), 'machines-'));
  await layOut(platform, directory);
  const machines = new Machines(platform, directory);
  try {
    await Promise.all(
      platform.machines.flatMap(({ name }) => [machines.start(name, 'redis'), machines.start(name, 'sentinel')]),
    );
    await machines.whole();
  } catch (error) {
    await machines.stop();
    throw error;
  }
  return machines;
}

/** Files, passwords and certificates, as they are on a machine before its servers start. */
async function layOut(platform: MachinePlatform, directory: string): Promise<void> {
  const passwords = path.join(directory, 'passwords');
  ensureSecrets(passwords, sentinelPlatformUserNames);
  const authority = path.join(directory, 'authority');
  await ensureCertificates(
    authority,
    platform.machines.map(({ name }) => name),
  );
  for (const machine of platform.machines) {
    const layout = testLayout(directory, machine.name);
    writeMachineFiles(machineFiles(platform, machine, layout), layout);
    const place = (folder: string, from: string, to: string) => {
      mkdirSync(path.join(layout.configuration, folder), { recursive: true });
      copyFileSync(from, path.join(layout.configuration, folder, to));
    };
    for (const user of sentinelPlatformUserNames) place('secrets', path.join(passwords, user), user);
    const { certificateFile, keyFile } = certificateFiles(authority, machine.name);
    place('certificates', certificateFile, 'node.crt');
    place('certificates', keyFile, 'node.key');
    place('certificates', caFile(authority), 'ca.crt');
  }
}

class Machines implements TestMachines {
  readonly platform: MachinePlatform;
  readonly #directory: string;
  readonly #watched: WatchedServers;

  constructor(platform: MachinePlatform, directory: string) {
    this.platform = platform;
    this.#directory = directory;
    this.#watched = new WatchedServers({
      servers: platform.machines.map(({ name, host, redisPort, sentinelPort }) => ({
        name,
        redis: { host, port: redisPort },
        sentinel: { host, port: sentinelPort },
      })),
      masterName: platform.failover.masterName,
      login: (user) => this.#login(user),
      log: (name, server) => logTail(this.#daemon(name, server)),
    });
  }

  settings(user: SentinelPlatformUserName): RedisSentinelSettings {
    return {
      topology: 'sentinel',
      sentinels: this.platform.machines.map(({ host, sentinelPort }) => ({ host, port: sentinelPort })),
      masterName: this.platform.failover.masterName,
      ...this.#login(user),
    };
  }

  #login(user: SentinelPlatformUserName) {
    const read = (...parts: string[]) => readFileSync(path.join(this.#directory, ...parts), 'utf8').trim();
    return {
      username: user,
      password: read('passwords', user),
      caCertificate: read('authority', 'ca.crt'),
      failoverMilliseconds: 10_000,
    };
  }

  master(): Promise<string> {
    return this.#watched.master();
  }

  whole(): Promise<void> {
    return this.#watched.whole();
  }

  ask(name: string, server: MachineServer, ...command: [string, ...string[]]): Promise<unknown> {
    return this.#watched.ask(name, server, ...command);
  }

  #machine(name: string): Machine {
    const machine = this.platform.machines.find((candidate) => candidate.name === name);
    if (!machine) throw new Error(`there is no machine '${name}'`);
    return machine;
  }

  #daemon(name: string, server: MachineServer): Daemon {
    return { name: `${name}-${server}`, directory: path.join(this.#directory, name, 'daemons', server) };
  }

  pid(name: string, server: MachineServer): number {
    const pid = runningPid(this.#daemon(name, server));
    if (pid === undefined) throw new Error(`${server} of ${name} is not running`);
    return pid;
  }

  async start(name: string, server: MachineServer): Promise<void> {
    const layout = this.layout(name);
    const unit = machineFiles(this.platform, this.#machine(name), layout).find(({ path: file }) =>
      file.endsWith(`/redis-platform-${server}.service`),
    );
    const line = (key: string) => new RegExp(`^${key}=\\+?(.+)$`, 'm').exec(unit?.content ?? '')?.[1]?.split(' ') ?? [];
    const [prepare = '', ...which] = line('ExecStartPre');
    await run(prepare, which, { env: this.#environment(name) });
    const [program = '', ...options] = line('ExecStart');
    await startDaemon(this.#daemon(name, server), { program, arguments: options, revision: '' });
  }

  async program(name: string, program: string, ...options: readonly string[]): Promise<string> {
    const { stdout } = await run(path.join(this.layout(name).programs, program), options, {
      env: this.#environment(name),
    });
    return stdout;
  }

  #environment(name: string) {
    return { ...process.env, REDIS_PLATFORM: this.layout(name).configuration };
  }

  layout(name: string): MachineLayout {
    return testLayout(this.#directory, name);
  }

  async stop(): Promise<void> {
    const daemons = this.platform.machines.flatMap(({ name }) => [
      this.#daemon(name, 'redis'),
      this.#daemon(name, 'sentinel'),
    ]);
    await Promise.all(daemons.map((daemon) => stopDaemon(daemon, 15_000)));
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
