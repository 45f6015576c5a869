/** One connection that listens to channels, and notices within seconds when the server at its other end falls silent. */
import type { Redis } from 'ioredis';
import { isUnanswered } from './unavailability';

/** Pause between two PINGs of a subscriber, in milliseconds: it hears nothing else that would prove the server alive. */
const heartbeatMilliseconds = 1_000;

/** Milliseconds without an answer to a PING after which the connection counts as dead. */
const silenceMilliseconds = 1_000;

/**
 * Longest time that connecting and subscribing may take, in milliseconds. The answers to PING keep a connection that
 * has lost the answer to anything else, and without this it would be waited for as long as for a command in a failover.
 */
const confirmationMilliseconds = 3_000;

/** What a connection tells its owner. */
export interface SubscriberConnectionEvents {
  readonly onMessage: (sharded: boolean, channel: string, message: string) => void;
  /** The server gave up the slots of some sharded channels: what was subscribed to may be gone. */
  readonly onShardsMoved: () => void;
  /** The connection is gone for good, and its subscriptions with it. */
  readonly onEnd: () => void;
  readonly onError: (error: Error) => void;
}

/**
 * A connection next to an existing one, to the same server. It doesn't reconnect: its owner opens another one, maybe to
 * another server, and knows that messages were missed in between.
 */
export class SubscriberConnection {
  readonly #redis: Redis;
  readonly #heartbeat: NodeJS.Timeout;

  constructor(beside: Redis, events: SubscriberConnectionEvents) {
    const { connectionName } = beside.options;
    this.#redis = beside.duplicate({
      connectionName: connectionName ? `${connectionName}-subscriber` : 'subscriber',
      lazyConnect: true,
      retryStrategy: () => null,
      autoResubscribe: false,
      socketTimeout: silenceMilliseconds,
      commandTimeout: confirmationMilliseconds,
    });
    this.#redis.on('message', (channel, message) => events.onMessage(false, channel, message));
    this.#redis.on('smessage', (channel: string, message: string) => events.onMessage(true, channel, message));
    this.#redis.on('moved', events.onShardsMoved);
    this.#redis.on('error', events.onError);
    this.#redis.once('end', () => {
      clearInterval(this.#heartbeat);
      events.onEnd();
    });
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMilliseconds);
    this.#heartbeat.unref();
  }

  /** Whether the server answered and the connection stands. */
  get ready(): boolean {
    return this.#redis.status === 'ready';
  }

  /** Subscribes; connects first if need be. @throws Error if the connection is lost or the server refuses */
  async subscribe(channel: string, sharded: boolean): Promise<void> {
    try {
      await (sharded ? this.#redis.ssubscribe(channel) : this.#redis.subscribe(channel));
    } catch (error) {
      // Whether it took effect is unknown, and so is what else this connection will not tell: another one will.
      if (isUnanswered(error)) this.close();
      throw error;
    }
  }

  /** Unsubscribes; a connection lost meanwhile has done it already. */
  unsubscribe(channel: string, sharded: boolean): void {
    (sharded ? this.#redis.sunsubscribe(channel) : this.#redis.unsubscribe(channel)).catch(() => undefined);
  }

  close(): void {
    this.#redis.disconnect();
  }

  #beat(): void {
    // The answer doesn't matter: the socket's timeout ends the connection if none comes.
    if (this.ready) this.#redis.ping().catch(() => undefined);
  }
}
