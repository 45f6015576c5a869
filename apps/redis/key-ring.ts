/** Named secret keys that can be rotated without anyone noticing. */
import { createSecretKey, type KeyObject } from 'node:crypto';

/** A key and the name it goes by in what it protects. */
export interface RingKey {
  /** 1 to 32 of `A-Z`, `a-z`, `0-9`, `-` and `_`. */
  readonly id: string;
  readonly secret: KeyObject;
}

/**
 * Keys of 256 bits: the first one is used for everything new, the others for what is older.
 *
 * To rotate, with processes that are restarted one after the other: add the new key at the end everywhere, then move it
 * to the front everywhere, and remove the old one when nothing made with it is left.
 */
export class KeyRing {
  readonly #keys: ReadonlyMap<string, RingKey>;
  readonly current: RingKey;

  /** @throws Error if there is no key or two have the same id */
  constructor(keys: readonly RingKey[]) {
    const [current] = keys;
    if (!current) throw new Error('A key ring needs a key');
    this.current = current;
    this.#keys = new Map(keys.map((key) => [key.id, key]));
    if (this.#keys.size < keys.length) throw new Error('The keys of a ring need ids that differ');
  }

  find(id: string): RingKey | undefined {
    return this.#keys.get(id);
  }

  /** All keys, the current one first. */
  get keys(): readonly RingKey[] {
    return [...this.#keys.values()];
  }
}

/** What sessions are protected with. */
export interface SessionKeys {
  /** For their contents in Redis. */
  readonly encryption: KeyRing;
  /** For the tokens that clients hold. */
  readonly signing: KeyRing;
}

const keyBytes = 32;

/**
 * Reads the text of a key file: `{"encryption":[{"id","key"}],"signing":[{"id","key"}]}`, each key 32 bytes in base64url,
 * the current one first.
 *
 * @throws Error with everything that is wrong with it; no key is part of the message
 */
export function parseSessionKeys(text: string): SessionKeys {
  const file = parseObject(text);
  const violations: string[] = [];
  const encryption = readKeys(file, 'encryption', violations);
  const signing = readKeys(file, 'signing', violations);
  if (encryption.some(({ secret }) => signing.some((other) => secret.equals(other.secret)))) {
    violations.push('a key is in both lists: give each purpose keys of its own');
  }
  if (violations.length > 0) throw new Error(`Session keys: ${violations.join('; ')}`);
  return { encryption: new KeyRing(encryption), signing: new KeyRing(signing) };
}

function readKeys(file: Readonly<Record<string, unknown>>, purpose: string, violations: string[]): RingKey[] {
  const entries: unknown = file[purpose];
  if (!Array.isArray(entries) || entries.length === 0) {
    violations.push(`'${purpose}' is no list of keys: give one or more of {"id", "key"}`);
    return [];
  }
  const keys = entries.flatMap((entry: unknown, index) => readKey(entry, `${purpose}[${index}]`, violations));
  if (new Set(keys.map(({ id }) => id)).size < keys.length) {
    violations.push(`'${purpose}' has two keys of the same id: give each its own`);
  }
  return keys;
}

function readKey(entry: unknown, place: string, violations: string[]): RingKey[] {
  const { id, key } = isObject(entry) ? entry : {};
  if (typeof id !== 'string' || !/^[A-Za-z0-9_-]{1,32}$/.test(id)) {
    violations.push(`the id of ${place} isn't 1 to 32 of A-Z, a-z, 0-9, '-' and '_'`);
    return [];
  }
  const bytes = typeof key === 'string' && /^[A-Za-z0-9_-]+$/.test(key) ? Buffer.from(key, 'base64url') : undefined;
  if (bytes?.length !== keyBytes) {
    violations.push(`the key of ${place} isn't ${keyBytes} bytes in base64url: make one with 'openssl rand'`);
    return [];
  }
  return [{ id, secret: createSecretKey(bytes) }];
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which is secret.
    throw new Error('Session keys: the text is no JSON');
  }
  return isObject(parsed) ? parsed : {};
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
