/**
 * Sessions: a signed token at the client, an encrypted record in Redis, and a list of each user's sessions.
 *
 * - A session is valid while its record is there and its user's list has it. So one step on the list ends one, replaces
 *   one or revokes all, at once and for all processes, whatever else was under way: a session that is being created
 *   becomes valid by its entry in the list, hence either before the revocation, which ends it, or after it. A list that
 *   Redis evicted or lost in a failover ends sessions; it never lets one escape a revocation.
 * - Record and list are in different slots. Every order of steps is such that a process that dies between them leaves
 *   something that isn't valid and ends by itself: a record without an entry, or an entry without a record.
 * - The clock of Redis decides on all times; the processes' own only refuse tokens that ended a minute ago.
 * - If Redis can't be asked, nothing is known of a session: every method throws RedisUnavailableError, to be answered
 *   with 503. Nobody is let in, nobody is told to log in again.
 * - A failover can lose the last moments before it: a session that was just created is refused then, one that was ended
 *   is valid again only if both its record and its entry, on their two shards, come back.
 */
import { createHash, randomBytes } from 'node:crypto';
import { UnreadableSessionError, SessionCipher } from './session-cipher';
import { sessionNumbers, type SessionAbsence, type SessionObserver, type SessionStoreOptions } from './session-options';
import { SessionRecords, type SessionAddress, type SessionRecord, type SessionTimes } from './session-records';
import { SessionTokens, type SessionIdentity } from './session-token';

/** A valid session. */
export interface Session<Data> {
  readonly userId: string;
  readonly data: Data;
  readonly createdAt: Date;
  /** When it ends if it isn't used until then; it may say up to 1/64 of the idle time less than it could. */
  readonly idleExpiresAt: Date;
  /** When it ends in any case. */
  readonly absoluteExpiresAt: Date;
}

/** A session and the token for it, which is shown to nobody but its user. */
export interface NewSession<Data> {
  readonly token: string;
  readonly session: Session<Data>;
}

/** The session of a token, or why there is none. */
export type SessionRead<Data> =
  { readonly session: Session<Data> } | { readonly session?: never; readonly reason: SessionAbsence };

/**
 * The sessions of an application. All methods throw RedisUnavailableError if Redis can't be asked; what was asked for may
 * have been done then, and can be asked for again.
 */
export interface SessionStore<Data> {
  /** Begins a session of a user who has just proved who it is. */
  create(userId: string, data: Data): Promise<NewSession<Data>>;
  /**
   * The same for a login with the token of another session, which ends: after a login no token from before it is of use
   * (session fixation). First the new one is made, then the old one ends, so that a failure leaves the user with one. Of
   * the same user it is one step. No token, or one without a session, is as good.
   */
  regenerate(token: string | undefined, userId: string, data: Data): Promise<NewSession<Data>>;
  /** The session of a token; that counts as its use. */
  read(token: string): Promise<SessionRead<Data>>;
  /**
   * Changes what a session holds.
   *
   * @param change makes the new from the old, without side effects: it is called again if someone else was faster
   */
  update(token: string, change: (data: Data) => Data): Promise<SessionRead<Data>>;
  /** Logout. True if there was a session. */
  destroy(token: string): Promise<boolean>;
  /** Ends all sessions of a user. Returns how many there were. */
  destroyAll(userId: string): Promise<number>;
  /** How many sessions a user has. */
  count(userId: string): Promise<number>;
}

/**
 * Makes a store.
 *
 * @example
 * const sessions = createSessionStore({ client, keys: parseSessionKeys(text), parseData: schema.parse,
 *   issuer: 'shop', audience: 'shop-api', idleSeconds: 1_800, absoluteSeconds: 43_200 });
 * const { token } = await sessions.create(user.id, { name: user.name });
 * const { session } = await sessions.read(token);
 *
 * @throws Error naming every setting that is out of range
 */
export function createSessionStore<Data>(options: SessionStoreOptions<Data>): SessionStore<Data> {
  return new RedisSessionStore(options);
}

/** How often a change is tried while others change the same session. */
const updateAttempts = 10;

class RedisSessionStore<Data> implements SessionStore<Data> {
  readonly #parseData: (value: unknown) => Data;
  readonly #observer: SessionObserver | undefined;
  readonly #tokens: SessionTokens;
  readonly #cipher: SessionCipher;
  readonly #records: SessionRecords;

  constructor(options: SessionStoreOptions<Data>) {
    const { client, keys, issuer, audience, parseData, observer } = options;
    this.#records = new SessionRecords(client, sessionNumbers(options));
    this.#tokens = new SessionTokens({ keys: keys.signing, issuer, audience });
    this.#cipher = new SessionCipher(keys.encryption);
    this.#parseData = parseData;
    this.#observer = observer;
  }

  create(userId: string, data: Data): Promise<NewSession<Data>> {
    return this.#begin(userId, data, undefined);
  }

  async regenerate(token: string | undefined, userId: string, data: Data): Promise<NewSession<Data>> {
    const identity = token === undefined ? 'malformed' : await this.#tokens.verify(token);
    if (typeof identity === 'string') return this.#begin(userId, data, undefined);
    const former = addressOf(identity);
    if (former.userHash === digest(userId)) {
      const begun = await this.#begin(userId, data, former.hash);
      this.#clean([former.hash]);
      return begun;
    }
    const begun = await this.#begin(userId, data, undefined);
    await this.#records.end(former);
    return begun;
  }

  async read(token: string): Promise<SessionRead<Data>> {
    const identity = await this.#tokens.verify(token);
    const found = typeof identity === 'string' ? { reason: identity } : await this.#find(addressOf(identity));
    this.#observer?.onRead?.(found.session ? 'active' : found.reason);
    return found.session ? { session: found.session } : found;
  }

  async update(token: string, change: (data: Data) => Data): Promise<SessionRead<Data>> {
    const identity = await this.#tokens.verify(token);
    if (typeof identity === 'string') return { reason: identity };
    const address = addressOf(identity);
    for (let attempt = 0; attempt < updateAttempts; attempt++) {
      const found = await this.#find(address);
      if (!found.session) return found;
      const session = { ...found.session, data: change(found.session.data) };
      const sealed = this.#seal(address, session.userId, session.data);
      const outcome = await this.#records.replace(address.hash, found.sealed, sealed);
      if (outcome === 'replaced') return { session };
      if (outcome === 'ended') return { reason: 'unknown' };
    }
    throw new Error(`A session was changed by others ${updateAttempts} times in a row: change it less often`);
  }

  async destroy(token: string): Promise<boolean> {
    const identity = await this.#tokens.verify(token);
    return typeof identity === 'string' ? false : this.#records.end(addressOf(identity));
  }

  async destroyAll(userId: string): Promise<number> {
    const hashes = await this.#records.revoke(digest(userId));
    const removals = await Promise.allSettled(hashes.map((hash) => this.#records.remove(hash)));
    // None of them is valid any more. Those that were unused for too long are gone already and don't count.
    return removals.filter((removal) => this.#settled(removal) !== false).length;
  }

  async count(userId: string): Promise<number> {
    return (await this.#records.live(digest(userId))).length;
  }

  async #begin(userId: string, data: Data, replaced: string | undefined): Promise<NewSession<Data>> {
    const sessionId = randomBytes(32).toString('base64url');
    const address = { hash: digest(sessionId), userHash: digest(userId) };
    const times = await this.#records.create(address.hash, this.#seal(address, userId, data));
    const { createdAt, absoluteExpiresAt: expiresAt } = times;
    const token = await this.#tokens.sign({ sessionId, userHash: address.userHash, createdAt, expiresAt });
    this.#clean(await this.#records.list(address, expiresAt, replaced));
    return { token, session: sessionOf(userId, data, times) };
  }

  async #find(
    address: SessionAddress,
  ): Promise<
    | { readonly session: Session<Data>; readonly sealed: string }
    | { readonly session?: never; readonly reason: SessionAbsence }
  > {
    const record = await this.#records.read(address);
    if (!record) return { reason: 'unknown' };
    try {
      if (record === 'malformed') throw new UnreadableSessionError('what is stored is no session');
      const { text, current } = this.#cipher.open(record.sealed, contextOf(address));
      const { userId, data } = JSON.parse(text) as { userId: string; data: unknown };
      const session = sessionOf(userId, this.#parseData(data), record);
      const sealed = current ? record.sealed : await this.#reencrypt(address, record, text);
      return { session, sealed };
    } catch (error) {
      this.#observer?.onUnreadable?.(toError(error), address.hash);
      return { reason: 'unreadable' };
    }
  }

  /** Puts the current key in place of an older one, so that the older can be removed some day. */
  async #reencrypt({ hash, userHash }: SessionAddress, record: SessionRecord, text: string): Promise<string> {
    const sealed = this.#cipher.seal(text, contextOf({ hash, userHash }));
    try {
      if ((await this.#records.replace(hash, record.sealed, sealed)) !== 'replaced') return record.sealed;
      this.#observer?.onReencrypted?.();
      return sealed;
    } catch (error) {
      // The session is valid all the same; its next use tries again.
      this.#observer?.onError?.(toError(error));
      return record.sealed;
    }
  }

  #seal(address: SessionAddress, userId: string, data: Data): string {
    return this.#cipher.seal(JSON.stringify({ userId, data }), contextOf(address));
  }

  /** Removes records that aren't valid any more. Nobody waits for it: they would end by themselves. */
  #clean(hashes: readonly string[]): void {
    void Promise.allSettled(hashes.map((hash) => this.#records.remove(hash))).then((removals) => {
      for (const removal of removals) this.#settled(removal);
    });
  }

  #settled<Value>(result: PromiseSettledResult<Value>): Value | undefined {
    if (result.status === 'fulfilled') return result.value;
    this.#observer?.onError?.(toError(result.reason));
    return undefined;
  }
}

function sessionOf<Data>(userId: string, data: Data, times: SessionTimes): Session<Data> {
  return {
    userId,
    data,
    createdAt: new Date(times.createdAt),
    idleExpiresAt: new Date(times.idleExpiresAt),
    absoluteExpiresAt: new Date(times.absoluteExpiresAt),
  };
}

function addressOf({ sessionId, userHash }: SessionIdentity): SessionAddress {
  return { hash: digest(sessionId), userHash };
}

/** What a session's contents are bound to: they can be opened in its own record only. */
function contextOf({ hash, userHash }: SessionAddress): string {
  return `${hash} ${userHash}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
