/** Servers from the rendered files of docker compose, with what `prepare.sh` makes; on loopback in place of containers. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { composeAclTemplate, composeRedisConf } from '../../constructs/compose/redis-files';
import { filesFolder, redisServers } from '../../constructs/compose/layout';
import { freePorts } from './free-ports';

const script = path.resolve(__dirname, '../../deploy/compose/prepare.sh');

export class ComposeServers {
  readonly names = redisServers['master-replica'];
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'compose-'));
  readonly #running: ChildProcess[] = [];
  readonly #ports = new Map<string, number>();

  /** Starts the servers; they take a moment to answer. */
  static async start(): Promise<ComposeServers> {
    const servers = new ComposeServers();
    servers.prepare();
    const free = await freePorts(servers.names.length);
    for (const [index, name] of servers.names.entries()) servers.#ports.set(name, free[index] ?? 0);
    for (const name of servers.names) servers.#startServer(name);
    return servers;
  }

  /** A path in the folder of what was made. */
  at = (...parts: string[]) => path.join(this.#folder, ...parts);

  port = (name: string) => this.#ports.get(name) ?? 0;

  password = (user: string) => readFileSync(this.at('all', `redis-${user}`), 'utf8').trim();

  /** Runs the script as the container does, with folders of this machine. No user of the system is changed. */
  prepare(): void {
    for (const name of ['redis', 'postgres', 'programs']) mkdirSync(this.at(name), { recursive: true });
    writeFileSync(this.at('template'), composeAclTemplate());
    execFileSync('/bin/sh', [script, ...this.names], {
      env: {
        PATH: process.env.PATH,
        ALL_FILES: this.at('all'),
        REDIS_FILES: this.at('redis'),
        POSTGRES_FILES: this.at('postgres'),
        PROGRAM_FILES: this.at('programs'),
        ACL_TEMPLATE: this.at('template'),
      },
    });
  }

  #startServer(name: string): void {
    const data = this.at('data', name);
    mkdirSync(data, { recursive: true });
    const configuration = composeRedisConf('master-replica', name)
      .replaceAll(filesFolder, this.at('redis'))
      .replace('dir /data', `dir ${data}`)
      .replace('tls-port 6379', `tls-port ${this.port(name)}`)
      .replace('replicaof redis 6379', `replicaof localhost ${this.port('redis')}`);
    writeFileSync(this.at(`${name}.conf`), configuration);
    this.#running.push(spawn('redis-server', [this.at(`${name}.conf`)], { stdio: 'ignore' }));
  }

  /** What a server answers. @param user who asks; undefined for who does not log in */
  ask(name: string, user: string | undefined, ...command: string[]): string {
    const login = user === undefined ? [] : ['--user', user];
    return execFileSync(
      'redis-cli',
      ['--tls', '--cacert', this.at('redis/ca.crt'), '-p', String(this.port(name)), ...login, ...command],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        env: { ...process.env, ...(user !== undefined && { REDISCLI_AUTH: this.password(user) }) },
      },
    ).trim();
  }

  answers(name: string): boolean {
    try {
      return /PONG|NOAUTH/.test(this.ask(name, undefined, 'ping'));
    } catch {
      return false;
    }
  }

  /** Ends the servers and removes their files. */
  async stop(): Promise<void> {
    for (const server of this.#running.filter(({ exitCode, pid }) => exitCode === null && pid !== undefined)) {
      server.kill('SIGKILL');
      await once(server, 'exit');
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
