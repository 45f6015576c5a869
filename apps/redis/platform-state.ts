/** What servers of a Redis platform say of themselves: shards, roles, slots, memory, and how far replicas are behind. */
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { BoundedCommands } from './bounded-commands';
import type { RedisClient } from './client';
import { parseClusterNodes, type ListedNode } from './cluster-nodes';
import { boundCommands } from './command-bounds';
import { RedisUnavailableError } from './unavailability';

export interface ServerState {
  /** `host:port`, as other servers know it. */
  readonly address: string;
  readonly role: 'master' | 'replica';
  /** False if it gave no answer, or most others call it failed; then nothing else is known. */
  readonly reachable: boolean;
  readonly usedBytes?: number;
  /** Absent if it has no maximum. */
  readonly maximumBytes?: number;
  /** Of a replica: bytes that its master has and it has not; absent if that is unknown. */
  readonly lagBytes?: number;
  /** Of a replica: whether it has a link to its master. */
  readonly linkUp?: boolean;
}

export interface ShardState {
  /** Ranges of slots, such as `0-5460`; empty for a platform without slots. */
  readonly slots: readonly string[];
  /** The master first. */
  readonly servers: readonly ServerState[];
}

/** Longest wait for a server's answer, in milliseconds. */
const answerMilliseconds = 1_000;

/** Of a connection for questions alone; each round asks two. */
const limits = { maximumCommands: 100, commandMilliseconds: answerMilliseconds };

const operation = 'the state of the platform';

/** Asks all servers of a platform, again and again. */
export class PlatformProbe {
  readonly #client: RedisClient;
  /** To replicas, which the client itself has no connection to, by address. */
  readonly #connections = new Map<string, Redis>();
  /** How often it was closed, by which an answer to who asked before is known. */
  #closings = 0;

  constructor(client: RedisClient) {
    this.#client = client;
  }

  /** @throws RedisUnavailableError if no server says in time which there are */
  async read(): Promise<readonly ShardState[]> {
    if (this.#client instanceof Cluster) return this.#readCluster(this.#client);
    const own = await infoOf(this.#client);
    if (own === undefined) throw new RedisUnavailableError(operation, 'the master gives no answer');
    return [{ slots: [], servers: [serverOf('master', 'master', own), ...replicasByMaster(own)] }];
  }

  /** Ends its own connections. They are made anew when it is asked again. */
  close(): void {
    this.#closings += 1;
    this.#keepOnly(new Set());
  }

  async #readCluster(client: Cluster): Promise<readonly ShardState[]> {
    const closings = this.#closings;
    const text = await new BoundedCommands(client, answerMilliseconds).send(operation, 'cluster', ['NODES']);
    const nodes = parseClusterNodes(String(text)).filter(({ flags }) => !flags.includes('noaddr'));
    if (closings !== this.#closings) throw new Error('it was closed while it was asked');
    this.#keepOnly(new Set(nodes.map(({ address }) => address)));
    const pool = new Map(client.nodes('all').map((node) => [addressOf(node), node]));
    const infos = new Map(
      await Promise.all(
        nodes.map(async ({ address }) => {
          return [address, await infoOf(pool.get(address) ?? this.#connection(client, address))] as const;
        }),
      ),
    );
    return nodes
      .filter(({ flags, slots }) => flags.includes('master') && slots.length > 0)
      .sort((one, other) => firstSlot(one) - firstSlot(other))
      .map((master) => shardOf(master, nodes, infos));
  }

  #connection({ options }: Cluster, address: string): Redis {
    const present = this.#connections.get(address);
    if (present) return present;
    const end = address.lastIndexOf(':');
    const settings = { ...options.redisOptions, maxRetriesPerRequest: 0 } as Omit<RedisOptions, 'replyMapping'>;
    const connection = new Redis(Number(address.slice(end + 1)), address.slice(0, end), settings);
    // A server that is away is told of as such; there is nothing else to be done about it.
    connection.on('error', () => undefined);
    boundCommands(connection, limits);
    this.#connections.set(address, connection);
    return connection;
  }

  #keepOnly(addresses: ReadonlySet<string>): void {
    for (const [address, connection] of this.#connections) {
      if (addresses.has(address)) continue;
      connection.disconnect();
      this.#connections.delete(address);
    }
  }
}

const addressOf = ({ options: { host = '', port = 0 } }: Redis) => `${host}:${port}`;

const firstSlot = ({ slots: [first = ''] }: ListedNode) => Number(first.split('-')[0]);

function shardOf(
  master: ListedNode,
  nodes: readonly ListedNode[],
  infos: ReadonlyMap<string, Info | undefined>,
): ShardState {
  const infoOfMaster = infos.get(master.address);
  const members = [master, ...nodes.filter(({ masterId }) => masterId === master.id)];
  return {
    slots: master.slots,
    servers: members.map(({ address, flags }) =>
      serverOf(
        address,
        flags.includes('master') ? 'master' : 'replica',
        flags.includes('fail') ? undefined : infos.get(address),
        infoOfMaster?.offset,
      ),
    ),
  };
}

/** Figures of INFO. */
interface Info {
  readonly usedBytes: number;
  readonly maximumBytes: number;
  /** Bytes of its history that a master has written, or a replica has got. */
  readonly offset: number;
  readonly linkUp: boolean;
  readonly text: string;
}

async function infoOf(node: Redis): Promise<Info | undefined> {
  try {
    const commands = new BoundedCommands(node, answerMilliseconds);
    const sections = ['memory', 'replication'].map((section) => commands.send(operation, 'info', [section]));
    const text = (await Promise.all(sections)).join('\n');
    const field = (name: string) => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(text)?.[1] ?? '';
    const isMaster = field('role') === 'master';
    return {
      usedBytes: Number(field('used_memory')),
      maximumBytes: Number(field('maxmemory')),
      offset: Number(field(isMaster ? 'master_repl_offset' : 'slave_repl_offset')),
      linkUp: field('master_link_status') === 'up',
      text,
    };
  } catch {
    return undefined;
  }
}

function serverOf(
  address: string,
  role: ServerState['role'],
  info: Info | undefined,
  masterOffset?: number,
): ServerState {
  if (info === undefined) return { address, role, reachable: false };
  const { usedBytes, maximumBytes, offset, linkUp } = info;
  return {
    address,
    role,
    reachable: true,
    usedBytes,
    ...(maximumBytes > 0 && { maximumBytes }),
    ...(role === 'replica' && { linkUp }),
    // Asked at two moments, a replica may seem ahead.
    ...(role === 'replica' && masterOffset !== undefined && { lagBytes: Math.max(0, masterOffset - offset) }),
  };
}

/** Behind Sentinels there is a connection to the master alone: what it knows of its replicas. */
function replicasByMaster({ text, offset }: Info): readonly ServerState[] {
  const lines = text.matchAll(/^slave\d+:ip=([^,]*),port=(\d+),state=(\w+),offset=(\d+)/gm);
  return [...lines].map(([, ip = '', port = '', state = '', acknowledged = '']) => ({
    address: `${ip}:${port}`,
    role: 'replica' as const,
    reachable: true,
    linkUp: state === 'online',
    lagBytes: Math.max(0, offset - Number(acknowledged)),
  }));
}
