/** What is put on a platform, so that a reply that gives it away is recognized. */
import { createHash, randomBytes } from 'node:crypto';
import type { Secret } from '../../../constructs/redis/disclosures';
import type { Command } from './prober';

/** A text that a reply may hold, and the users who may have it. */
export interface Planted {
  readonly secret: Secret;
  readonly text: string;
  readonly readers: readonly string[];
}

interface PlantedKey {
  readonly key: string;
  readonly value: string;
  /** Users whose own the key is. */
  readonly owners: readonly string[];
  /** Users that may read what is in it. @default - the owners */
  readonly readers?: readonly string[];
}

const random = () => randomBytes(6).toString('hex');

/** Keys of a platform, with values that are nowhere else. */
export class PlantedKeys {
  readonly #slow: PlantedKey = { key: `session:${random()}`, value: random(), owners: ['app'] };
  readonly #session: PlantedKey = { key: `session:${random()}`, value: random(), owners: ['app'] };
  readonly #cached: PlantedKey = { key: `cache:${random()}`, value: random(), owners: ['app', 'worker'] };
  readonly #stream: PlantedKey = {
    key: `orders-stream:{${random()}}`,
    value: random(),
    owners: ['app', 'worker'],
    readers: ['worker'],
  };
  readonly #delayed: PlantedKey = { key: `${this.#stream.key}:delayed`, value: random(), owners: ['worker'] };
  readonly #dead: PlantedKey = { key: `${this.#stream.key}:dead`, value: random(), owners: ['worker'] };
  readonly #all = [this.#slow, this.#session, this.#cached, this.#stream, this.#delayed, this.#dead];

  get keys(): readonly string[] {
    return this.#all.map(({ key }) => key);
  }

  /** Commands that put them there, by user; one takes so long that it is in the slow log, and one is refused. */
  get commands(): readonly (readonly [user: string, command: Command])[] {
    const slowly = "for i = 1, 5e6 do end return redis.call('SET', KEYS[1], ARGV[1])";
    return [
      ['app', ['EVAL', slowly, 1, this.#slow.key, this.#slow.value]],
      ['app', ['SET', this.#session.key, this.#session.value]],
      ['app', ['SET', this.#cached.key, this.#cached.value]],
      ['app', ['XADD', this.#stream.key, '*', 'payload', this.#stream.value]],
      ['worker', ['ZADD', this.#delayed.key, 1, this.#delayed.value]],
      ['worker', ['XADD', this.#dead.key, '*', 'payload', this.#dead.value]],
      ['gateway', ['HGETALL', this.#session.key]],
    ];
  }

  /** The keys' names and values. */
  get planted(): readonly Planted[] {
    return this.#all.flatMap(({ key, value, owners, readers = owners }): Planted[] => [
      { secret: 'contents', text: value, readers },
      // Without its suffix the name of the stream is in those of the keys beside it.
      { secret: 'names', text: key, readers: owners },
    ]);
  }
}

/** Passwords as they are, and as digests. Not even who has a password gets it back from a server. */
export const plantedPasswords = (passwords: readonly string[]): readonly Planted[] =>
  [...new Set(passwords)]
    .flatMap((password) => [password, createHash('sha256').update(password).digest('hex')])
    .map((text) => ({ secret: 'passwords', text, readers: [] }));
