/**
 * Events: light propagation of what happened, to whoever listens at that moment.
 *
 * A topic is a sharded channel, so its messages stay on one shard. Delivery is at most once: an event is lost to those
 * whose connection is interrupted, and for good if nobody listens. What must not be lost belongs in a queue; here goes
 * what only saves time, or what can be asked for again (`onResubscribe`).
 */
import { BoundedCommands } from './bounded-commands';
import type { RedisClient } from './client';
import { channels } from './keys';
import type { Subscription, Subscriptions } from './subscriptions';

/** Settings of the events. */
export interface EventsOptions {
  readonly client: RedisClient;
  readonly subscriptions: Subscriptions;
  /** Longest wait for Redis to take an event, in milliseconds. @default 500 */
  readonly deadlineMilliseconds?: number;
}

/** Settings of a listener. */
export interface ListenOptions<Payload> {
  /** Checks what was received; what it throws goes to the `onError` of the subscriptions, and the event is dropped. */
  readonly parse: (payload: unknown) => Payload;
  /** Called when events are missed from now on. */
  readonly onInterruption?: () => void;
  /** Called when they are heard again: what depends on having heard all of them is to be read anew. */
  readonly onResubscribe?: () => void;
}

/** Publishes and hears events. */
export class Events {
  readonly #commands: BoundedCommands;
  readonly #subscriptions: Subscriptions;

  constructor({ client, subscriptions, deadlineMilliseconds = 500 }: EventsOptions) {
    this.#commands = new BoundedCommands(client, deadlineMilliseconds);
    this.#subscriptions = subscriptions;
  }

  /**
   * Tells everyone who listens to a topic.
   *
   * @param payload anything that JSON can express
   * @returns how many connections of the shard's master heard it; those of its replicas aren't counted
   * @throws RedisUnavailableError if Redis doesn't take it in time; it may be delivered nevertheless
   */
  async publish(topic: string, payload: unknown): Promise<number> {
    const message = JSON.stringify(payload) as string | undefined;
    if (message === undefined) {
      throw new TypeError(`The payload of an event of '${topic}' can't be expressed in JSON`);
    }
    return Number(await this.#commands.send(`an event of '${topic}'`, 'spublish', [channels.events(topic), message]));
  }

  /** Listens to a topic until it is unsubscribed. What the handler throws stops neither it nor other handlers. */
  subscribe<Payload>(
    topic: string,
    handler: (payload: Payload) => void | Promise<void>,
    { parse, ...options }: ListenOptions<Payload>,
  ): Subscription {
    return this.#subscriptions.subscribe(
      channels.events(topic),
      (message) => handler(parse(JSON.parse(message) as unknown)),
      { ...options, sharded: true },
    );
  }
}
