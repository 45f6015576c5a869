/**
 * Subscriptions that survive what happens to a platform: a failover, a killed or frozen server, moved slots.
 *
 * Redis delivers a message at most once, to those who listen at that moment. What was said while a connection was down
 * is lost, so a subscriber learns when its subscription was interrupted, and when it stands again.
 *
 * The subscribers of ioredis aren't used in a cluster: they neither tell of an interruption nor notice a frozen server.
 * Here each connection is watched by a PING a second, and a subscription only counts as live once Redis confirmed it.
 */
import { Cluster, type Redis } from 'ioredis';
import type { RedisClient } from './client';
import { hashSlot } from './keys';
import { SubscriberConnection } from './subscriber-connection';

/** Hears the messages of a channel. What it throws, or rejects with, goes to `onError` and stops nobody else. */
export type MessageHandler = (message: string, channel: string) => void | Promise<void>;

export interface SubscribeOptions {
  /**
   * Whether the channel is sharded (`SPUBLISH`): only the shard of its slot carries it, instead of every server.
   * @default false
   */
  readonly sharded?: boolean;
  /** Called when the subscription was interrupted: messages are missed from now on, or were a moment ago. */
  readonly onInterruption?: () => void;
  /** Called when the subscription is live again after an interruption. */
  readonly onResubscribe?: () => void;
}

/** One subscriber of a channel. */
export interface Subscription {
  /** Whether Redis confirmed the subscription and its connection stands. */
  readonly live: boolean;
  /** Settles once the subscription was live for the first time, or has ended; never rejects. */
  readonly confirmed: Promise<void>;
  /** Ends it. Redis is told when it was the channel's last. */
  unsubscribe(): void;
}

export interface SubscriptionsOptions {
  /** Hears of lost connections and of errors thrown by handlers. @default - nobody does */
  readonly onError?: (error: Error) => void;
}

interface Subscriber {
  readonly handler: MessageHandler;
  readonly options: SubscribeOptions;
  readonly confirm: () => void;
  /** Whether it was told of an interruption that isn't over yet. */
  interrupted: boolean;
}

/** A channel with its subscribers. While it has some and isn't live, exactly one loop is at work to make it live. */
interface Topic {
  readonly channel: string;
  readonly sharded: boolean;
  readonly subscribers: Set<Subscriber>;
  connection: SubscriberConnection | undefined;
  live: boolean;
  /** Messages that came before the confirmation did: Redis sends both in one piece. They wait until the topic is live. */
  early: string[];
  /** Counts how often its shard may have moved, which outdates a confirmation that is under way. */
  moves: number;
}

/** Pause before the next try to subscribe, in milliseconds: doubled each time, half of it random. */
const shortestPauseMilliseconds = 50;
const longestPauseMilliseconds = 1_000;

/**
 * The subscriptions of a process: one connection for all plain channels, and one for each shard that has sharded ones.
 * Any number of subscribers share the subscription of a channel.
 */
export class Subscriptions {
  readonly #client: RedisClient;
  readonly #onError: (error: Error) => void;
  /** By kind and channel. */
  readonly #topics = new Map<string, Topic>();
  /** Open connections, by kind and address. */
  readonly #connections = new Map<string, SubscriberConnection>();
  #closed = false;

  /**
   * @param client knows the servers. Its own connections are left alone, so it may well be the one for commands; once
   * it is disconnected, the subscriptions are closed
   */
  constructor(client: RedisClient, { onError = () => undefined }: SubscriptionsOptions = {}) {
    this.#client = client;
    this.#onError = onError;
    client.once('end', () => this.close());
  }

  /**
   * Subscribes to a channel for good: a lost subscription is renewed until it is ended. Returns at once, also while
   * Redis is down.
   */
  subscribe(channel: string, handler: MessageHandler, options: SubscribeOptions = {}): Subscription {
    if (this.#closed) throw new Error(`Cannot subscribe to '${channel}': the subscriptions are closed`);
    let confirm = (): void => undefined;
    const confirmed = new Promise<void>((resolve) => (confirm = resolve));
    const subscriber: Subscriber = { handler, options, confirm, interrupted: false };
    const topic = this.#join(channel, options.sharded ?? false, subscriber);
    return {
      get live() {
        return topic.live && topic.subscribers.has(subscriber);
      },
      confirmed,
      unsubscribe: () => {
        confirm();
        if (topic.subscribers.delete(subscriber)) this.#leaveIfUnused(topic);
      },
    };
  }

  /** Ends all subscriptions and closes their connections. */
  close(): void {
    this.#closed = true;
    for (const topic of this.#topics.values()) {
      topic.live = false;
      for (const { confirm } of topic.subscribers) confirm();
      topic.subscribers.clear();
    }
    this.#topics.clear();
    for (const connection of this.#connections.values()) connection.close();
  }

  #join(channel: string, sharded: boolean, subscriber: Subscriber): Topic {
    const name = topicName(channel, sharded);
    const existing = this.#topics.get(name);
    if (existing) {
      existing.subscribers.add(subscriber);
      if (existing.live) subscriber.confirm();
      return existing;
    }
    const subscribers = new Set([subscriber]);
    const topic: Topic = { channel, sharded, subscribers, connection: undefined, live: false, early: [], moves: 0 };
    this.#topics.set(name, topic);
    void this.#establish(topic);
    return topic;
  }

  #leaveIfUnused(topic: Topic): void {
    // A topic that isn't live is left by the loop that works on it, which would otherwise subscribe after this.
    if (topic.subscribers.size > 0 || !topic.live) return;
    topic.live = false;
    this.#topics.delete(topicName(topic.channel, topic.sharded));
    topic.connection?.unsubscribe(topic.channel, topic.sharded);
  }

  /** Tries until the topic is live or nobody wants it any more. */
  async #establish(topic: Topic): Promise<void> {
    let pause = shortestPauseMilliseconds;
    while (!(await this.#trySubscribing(topic))) {
      if (topic.subscribers.size === 0) {
        // After close() another topic of that name can't exist; before it, this one is the only one.
        this.#topics.delete(topicName(topic.channel, topic.sharded));
        return;
      }
      if (this.#client instanceof Cluster) this.#client.refreshSlotsCache();
      const milliseconds = pause * (0.5 + Math.random() / 2);
      await new Promise<void>((resolve) => setTimeout(resolve, milliseconds).unref());
      pause = Math.min(2 * pause, longestPauseMilliseconds);
    }
    topic.live = true;
    for (const subscriber of topic.subscribers) {
      subscriber.confirm();
      if (!subscriber.interrupted) continue;
      subscriber.interrupted = false;
      this.#run(() => subscriber.options.onResubscribe?.());
    }
    for (const message of topic.early.splice(0)) this.#handOut(topic, message);
    this.#leaveIfUnused(topic);
  }

  /** Whether Redis confirmed the subscription, on a connection that still stands. */
  async #trySubscribing(topic: Topic): Promise<boolean> {
    if (topic.subscribers.size === 0) return false;
    const { moves } = topic;
    const connection = this.#connectionFor(topic);
    topic.connection = connection;
    try {
      await connection?.subscribe(topic.channel, topic.sharded);
    } catch (error) {
      this.#report(error);
      return false;
    }
    return connection?.ready === true && topic.moves === moves;
  }

  /** Where to subscribe, as far as the client knows: at the master of a sharded channel's slot, else anywhere. */
  #connectionFor({ channel, sharded }: Topic): SubscriberConnection | undefined {
    const client = this.#client;
    if (!(client instanceof Cluster)) return this.#connect('server', sharded, client);
    const open = sharded ? undefined : [...this.#connections].find(([name]) => name.startsWith('plain '))?.[1];
    if (open) return open;
    const nodes = client.nodes();
    const owner = client.slots[hashSlot(channel)]?.[0];
    const node = sharded
      ? nodes.find((candidate) => addressOf(candidate) === owner)
      : nodes[Math.floor(Math.random() * nodes.length)];
    return node && this.#connect(addressOf(node), sharded, node);
  }

  /**
   * Plain and sharded channels have connections of their own: ioredis leaves its subscriber mode, and hears nothing more,
   * when the last channel of one kind is unsubscribed, although the other kind still has some.
   */
  #connect(address: string, sharded: boolean, beside: Redis): SubscriberConnection {
    const name = `${sharded ? 'sharded' : 'plain'} ${address}`;
    const open = this.#connections.get(name);
    if (open) return open;
    const connection = new SubscriberConnection(beside, {
      onMessage: (isSharded, channel, message) => this.#deliver(topicName(channel, isSharded), message),
      onShardsMoved: () => this.#interrupt((topic) => topic.connection === connection && topic.sharded),
      onEnd: () => {
        this.#connections.delete(name);
        this.#interrupt((topic) => topic.connection === connection);
      },
      onError: (error) => this.#onError(error),
    });
    this.#connections.set(name, connection);
    return connection;
  }

  #interrupt(concerned: (topic: Topic) => boolean): void {
    for (const topic of [...this.#topics.values()].filter(concerned)) {
      topic.moves++;
      if (!topic.live) continue;
      topic.live = false;
      for (const subscriber of topic.subscribers) {
        subscriber.interrupted = true;
        this.#run(() => subscriber.options.onInterruption?.());
      }
      void this.#establish(topic);
    }
  }

  #deliver(name: string, message: string): void {
    const topic = this.#topics.get(name);
    if (!topic) return;
    if (topic.live) this.#handOut(topic, message);
    else topic.early.push(message);
  }

  #handOut({ subscribers, channel }: Topic, message: string): void {
    for (const { handler } of subscribers) this.#run(() => handler(message, channel));
  }

  #run(callback: () => void | Promise<void>): void {
    try {
      // A callback that is declared to return nothing may return anything.
      const result: unknown = callback();
      if (result instanceof Promise) result.catch((error: unknown) => this.#report(error));
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    this.#onError(error instanceof Error ? error : new Error(String(error)));
  }
}

function topicName(channel: string, sharded: boolean): string {
  return `${sharded ? 'sharded' : 'plain'} ${channel}`;
}

function addressOf({ options }: Redis): string {
  return `${options.host}:${options.port}`;
}
