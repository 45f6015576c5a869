/**
 * A queue on Redis Streams, spread over hash tags so that it uses every shard of a cluster.
 *
 * Delivery is at least once: effects must be idempotent. Messages of a partition are begun about in the order in which
 * they were added, but handled concurrently and tried again later, so nothing may rely on their order.
 */
import { keys } from '../keys';

/** How payloads are written. */
export interface PayloadCodec<T> {
  encode(payload: T): string;
  /** @throws any error if the text isn't a payload; the message then goes to the dead letters at once */
  decode(text: string): T;
}

/** What a queue is called, who consumes it and how it is spread. The same for producers and consumers. */
export interface QueueLayout {
  readonly name: string;
  /** The consumer group. There is one: a message is deleted once the group is done with it. */
  readonly group: string;
  /** Hash tag of each partition. Consumers must read every tag that any producer may still add to. */
  readonly tags: readonly string[];
}

/** A queue of payloads of a kind. */
export interface StreamQueue<T> extends QueueLayout {
  readonly codec: PayloadCodec<T>;
}

/** The keys of a partition, all in one slot. */
export interface Partition {
  readonly tag: string;
  readonly stream: string;
  readonly delayed: string;
  readonly deadLetters: string;
}

/**
 * Payloads as JSON.
 *
 * @param validate returns the value as a payload, or throws
 */
export function jsonCodec<T>(validate: (value: unknown) => T): PayloadCodec<T> {
  return { encode: (payload) => JSON.stringify(payload), decode: (text) => validate(JSON.parse(text)) };
}

/** The partitions of a queue. @throws Error if it has no tag, or one twice */
export function partitionsOf({ name, tags }: QueueLayout): readonly Partition[] {
  if (tags.length === 0 || new Set(tags).size !== tags.length) {
    throw new Error(`queue '${name}': tags [${tags.join(', ')}] must be one or more different hash tags`);
  }
  return tags.map((tag) => ({
    tag,
    stream: keys.stream(name, tag),
    delayed: keys.delayed(name, tag),
    deadLetters: keys.deadLetters(name, tag),
  }));
}

/** Id of a message or dead letter, unique in the queue: its partition's tag and the id of its stream entry. */
export function messageId(tag: string, entryId: string): string {
  return `${tag}:${entryId}`;
}

/** The inverse of `messageId`. @throws Error if it isn't an id of that queue */
export function locateMessage(
  queueName: string,
  partitions: readonly Partition[],
  id: string,
): { partition: Partition; entryId: string } {
  const [, tag, entryId] = /^(.+):(\d+-\d+)$/.exec(id) ?? [];
  const partition = partitions.find((candidate) => candidate.tag === tag);
  if (!partition || !entryId) {
    throw new Error(`queue '${queueName}': '${id}' is not the id of a message (<tag>:<milliseconds>-<sequence>)`);
  }
  return { partition, entryId };
}

/** When an entry was written, in milliseconds since 1970 by the server's clock. */
export function entryTimeMilliseconds(entryId: string): number {
  return Number.parseInt(entryId, 10);
}
