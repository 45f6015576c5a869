/**
 * Every key and channel of the application, and nothing else decides on one.
 *
 * The part in braces is the hash tag: Redis Cluster hashes it alone, so keys with the same tag share a slot and can be
 * used together in one script. A key without braces is its own tag, which is why `…{${key}}` lands beside `key`.
 * The ACL users (`constructs/redis/acl.ts`) are granted these prefixes.
 */

/** Partitions of the order queue. Each is a stream of its own; together they cover all shards evenly. */
export const orderPartitionCount = 12;

const slotCount = 16_384;

/** Hash slot of a key: CRC16 (XMODEM) of its hash tag modulo 16,384. Source: the Redis Cluster specification. */
export function hashSlot(key: string): number {
  const open = key.indexOf('{');
  const close = open === -1 ? -1 : key.indexOf('}', open + 1);
  const hashed = close > open + 1 ? key.slice(open + 1, close) : key;
  let crc = 0;
  for (const byte of Buffer.from(hashed)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc & 0x8000) === 0 ? (crc << 1) & 0xffff : ((crc << 1) ^ 0x1021) & 0xffff;
    }
  }
  return crc % slotCount;
}

/**
 * Hash tags whose slots lie one in each of `count` equal slices of the slot range, so that every even division of the
 * slots over shards gives each shard its share of the tags. Deterministic: the same count gives the same tags.
 */
export function spreadTags(count: number): readonly string[] {
  const tags: (string | undefined)[] = Array.from({ length: count }, () => undefined);
  for (let candidate = 0, found = 0; found < count; candidate++) {
    const slice = Math.floor((hashSlot(String(candidate)) * count) / slotCount);
    if (tags[slice] === undefined) {
      tags[slice] = String(candidate);
      found++;
    }
  }
  return tags.map(String);
}

/** Tags of the order queue's partitions, in slot order. */
export const orderPartitionTags = spreadTags(orderPartitionCount);

/** The keys, by what they hold. */
export const keys = {
  /** A cached resource. */
  cachedResource: (id: string) => `cache:resource:${id}`,
  /** Held by the one process that loads a missing cache entry; in the slot of that entry. */
  cacheLease: (cacheKey: string) => `cache-lease:{${cacheKey}}`,
  /** A session; `hash` is a digest of the session's id. */
  session: (hash: string) => `session:${hash}`,
  /** The digests of all sessions of a user. */
  userSessions: (userHash: string) => `user-sessions:${userHash}`,
  /** Counter of a fixed window. */
  fixedWindow: (policy: string, subject: string) => `rate:fixed:${policy}:{${subject}}`,
  /** Log of a sliding window. */
  slidingWindow: (policy: string, subject: string) => `rate:sliding:${policy}:{${subject}}`,
  /** The stream of a queue's partition. */
  stream: (queue: string, tag: string) => `${queue}:{${tag}}`,
  /** Messages of a partition that wait for their next attempt. */
  delayed: (queue: string, tag: string) => `${queue}:{${tag}}:delayed`,
  /** Messages of a partition that failed for good. */
  deadLetters: (queue: string, tag: string) => `${queue}:{${tag}}:dead`,
  /** A lock. */
  lock: (name: string) => `lock:{${name}}`,
  /** Says that somebody waits for a lock, so that its release is told; in the slot of the lock. */
  lockAwaited: (name: string) => `lock:{${name}}:awaited`,
} as const;

/** The channels, by what is said on them. */
export const channels = {
  /** Cache keys that changed; every process drops them from its local tier. */
  cacheInvalidation: 'cache-invalidation',
  /** Said when a lock becomes free, so that waiters needn't poll. Sharded: in the slot of the lock. */
  lockReleased: (name: string) => `lock-released:{${name}}`,
  /** Light propagation of what happened. Sharded by topic. */
  events: (topic: string) => `events:{${topic}}`,
} as const;

/** The order queue and its consumer group. */
export const orderQueue = { name: 'orders-stream', group: 'order-workers' } as const;
