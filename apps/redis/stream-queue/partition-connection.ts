/** The connection on which a consumer waits for the messages of a partition. */
import { Cluster, type Redis } from 'ioredis';
import type { RedisClient } from '../client';
import { hashSlot } from '../keys';
import { RedisUnavailableError } from '../unavailability';
import type { StreamEntry } from './message';

/** Time that an answer may take beyond the wait that was asked for, in milliseconds; then the server is frozen. */
const silenceMilliseconds = 2_000;

/** A server that reads a stream for a consumer, and where in it. */
export interface StreamReader {
  readonly stream: string;
  readonly group: string;
  readonly consumer: string;
  readonly blockMilliseconds: number;
  readonly onError: (error: Error) => void;
}

/**
 * A connection of its own, because a blocked one lets nothing else through. It neither reconnects nor sends a read
 * again: its owner must learn that a delivery may have been lost with it, and the next one may have to go elsewhere.
 */
export class PartitionConnection {
  readonly #client: RedisClient;
  readonly #reader: StreamReader;
  #redis: Redis | undefined;

  /** @param client knows the servers and the credentials; its own connections are left alone */
  constructor(client: RedisClient, reader: StreamReader) {
    this.#client = client;
    this.#reader = reader;
  }

  /**
   * Reads new messages; connects first if need be.
   *
   * @param block whether to wait for one if there are none
   * @throws Error if the connection is lost, the slot has moved or the server refuses; `drop` it then
   */
  async read(count: number, block: boolean): Promise<readonly StreamEntry[]> {
    const { stream, group, consumer, blockMilliseconds } = this.#reader;
    this.#redis ??= this.#open();
    const reply: unknown = block
      ? await this.#redis.xreadgroup(
          ...(['GROUP', group, consumer, 'COUNT', count, 'BLOCK', blockMilliseconds, 'STREAMS', stream, '>'] as const),
        )
      : await this.#redis.xreadgroup('GROUP', group, consumer, 'COUNT', count, 'STREAMS', stream, '>');
    return (reply as readonly [readonly [string, readonly StreamEntry[]]] | null)?.[0][1] ?? [];
  }

  /** Closes the connection; the next read opens another, to wherever the slot is by then. */
  drop(): void {
    this.#redis?.disconnect();
    this.#redis = undefined;
  }

  #open(): Redis {
    const client = this.#client;
    const options = {
      lazyConnect: true,
      readOnly: false,
      retryStrategy: () => null,
      reconnectOnError: () => false as const,
      autoResendUnfulfilledCommands: false,
      connectionName: this.#reader.consumer,
      socketTimeout: this.#reader.blockMilliseconds + silenceMilliseconds,
    };
    const redis =
      client instanceof Cluster
        ? besideNodeOf(client).duplicate({ ...options, ...masterAddress(client, this.#reader.stream) })
        : client.duplicate(options);
    redis.on('error', this.#reader.onError);
    return redis;
  }
}

/** Any node: all are connected to with the same credentials and authorities. */
function besideNodeOf(client: Cluster): Redis {
  const [node] = client.nodes();
  if (!node) throw new RedisUnavailableError('reading messages', 'no node of the cluster is known');
  return node;
}

function masterAddress(client: Cluster, key: string): { host: string; port: number } {
  const owner = client.slots[hashSlot(key)]?.[0];
  const [, host, port] = /^(.+):(\d+)$/.exec(owner ?? '') ?? [];
  if (!host || !port) throw new RedisUnavailableError('reading messages', `no master is known for '${key}'`);
  return { host, port: Number(port) };
}
