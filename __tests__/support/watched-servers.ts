/** Servers with a Sentinel beside each, as the operator sees them. */
import { waitUntil } from '../../apps/local-platform/daemon';
import { awaitReady, connectRedis, disconnectRedis } from '../../apps/redis/client';
import type { RedisAddress, RedisStandaloneSettings } from '../../apps/redis/settings';
import type { RedisClientName } from '../../constructs/redis/acl';

export type WatchedKind = 'redis' | 'sentinel';

export interface WatchedPair {
  readonly name: string;
  readonly redis: RedisAddress;
  readonly sentinel: RedisAddress;
}

export interface WatchedProps {
  readonly servers: readonly WatchedPair[];
  readonly masterName: string;
  /** How a user logs in, to servers and Sentinels alike. */
  login(user: RedisClientName): Omit<RedisStandaloneSettings, 'topology' | 'address'>;
  /** The end of a server's log, for messages. */
  log(name: string, kind: WatchedKind): string;
}

export class WatchedServers {
  readonly #props: WatchedProps;

  constructor(props: WatchedProps) {
    this.#props = props;
  }

  /** Name of the server that all Sentinels which answer call the master. */
  async master(): Promise<string> {
    const { servers, masterName } = this.#props;
    const answers = await Promise.all(
      servers.map(({ name }) =>
        this.ask(name, 'sentinel', 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', masterName).catch(() => undefined),
      ),
    );
    const ports = answers.flatMap((answer) => (Array.isArray(answer) ? [Number(answer[1])] : []));
    const [first] = ports;
    if (first === undefined || ports.some((port) => port !== first)) throw new Error(`no one master: ${ports.join()}`);
    return servers.find(({ redis }) => redis.port === first)?.name ?? `port ${first}`;
  }

  /** Waits until all Sentinels agree and the master has all its replicas. */
  async whole(): Promise<void> {
    let problem = '';
    const came = await waitUntil(async () => {
      try {
        problem = await this.#problem();
      } catch (error) {
        problem = String(error);
      }
      return problem === '';
    }, 30_000);
    if (came) return;
    const logs = this.#props.servers.flatMap(({ name }) =>
      (['redis', 'sentinel'] as const).map((kind) => `${name} ${kind}:\n${this.#props.log(name, kind)}`),
    );
    throw new Error(`waited 30 s in vain: ${problem}\n${logs.join('\n')}`);
  }

  async #problem(): Promise<string> {
    const { servers, masterName } = this.#props;
    for (const { name } of servers) {
      const quorum = String(await this.ask(name, 'sentinel', 'SENTINEL', 'CKQUORUM', masterName));
      if (!quorum.startsWith(`OK ${servers.length} `)) return `${name}: ${quorum}`;
      // A Sentinel hears of replicas from the master, every ten seconds, and can promote none that it doesn't know.
      const known = (await this.ask(name, 'sentinel', 'SENTINEL', 'REPLICAS', masterName)) as string[][];
      const good = known.filter((fields) => fields[fields.indexOf('master-link-status') + 1] === 'ok');
      if (good.length < servers.length - 1) return `${name}: its Sentinel knows ${good.length} good replicas`;
    }
    const replication = String(await this.ask(await this.master(), 'redis', 'INFO', 'replication'));
    const online = replication.match(/state=online/g)?.length ?? 0;
    return online === servers.length - 1 ? '' : `${online} replicas are in touch`;
  }

  /** What a server, or the Sentinel beside it, replies to the operator. */
  async ask(name: string, kind: WatchedKind, ...command: [string, ...string[]]): Promise<unknown> {
    const pair = this.#props.servers.find((candidate) => candidate.name === name);
    if (!pair) throw new Error(`there is no server '${name}'`);
    const client = connectRedis({ topology: 'standalone', address: pair[kind], ...this.#props.login('operator') });
    try {
      await awaitReady(client, 2_000);
      const [verb, ...rest] = command;
      return await client.call(verb, ...rest);
    } finally {
      await disconnectRedis(client);
    }
  }
}
