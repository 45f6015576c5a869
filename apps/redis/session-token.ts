/**
 * The token that a client holds for its session: a JWT signed with HS256. It carries the session's random id, the digest
 * of the user's id, which names the list of its sessions, and the end of the session's longest life.
 *
 * Everything about it is pinned (RFC 8725): algorithm, type, issuer, audience and the ids of the accepted keys. So what
 * wasn't made here costs no call of Redis.
 */
import { webcrypto } from 'node:crypto';
import { errors, jwtVerify, SignJWT, type JWTVerifyOptions } from 'jose';
import type { KeyRing } from './key-ring';

/** What a token says. Times are by the clock of Redis, in milliseconds since 1970. */
export interface SessionClaims {
  /** 32 random bytes in base64url: who knows them has the session. */
  readonly sessionId: string;
  /** SHA-256 of the user's id in base64url. */
  readonly userHash: string;
  readonly createdAt: number;
  /** End of the longest life; the token says it in whole seconds, rounded up. */
  readonly expiresAt: number;
}

/**
 * Why a token isn't accepted: `malformed`, it is no token; `signature`, not signed with a key of the ring and HS256;
 * `claims`, not meant for this or incomplete; `expired`.
 */
export type TokenProblem = 'malformed' | 'signature' | 'claims' | 'expired';

/** What identifies a session. */
export type SessionIdentity = Pick<SessionClaims, 'sessionId' | 'userHash'>;

export interface SessionTokensOptions {
  readonly keys: KeyRing;
  readonly issuer: string;
  readonly audience: string;
}

const algorithm = 'HS256';
const type = 'session+jwt';
const longestToken = 2_048;
const bytesOf256Bits = /^[A-Za-z0-9_-]{43}$/;

/** Verified tokens that are remembered: verifying one costs as much as a command of Redis. */
const maxVerified = 10_000;

/**
 * Seconds that this machine's clock may be ahead of that of Redis. Redis decides on the end of a session; the token's own
 * end only saves asking.
 */
const clockToleranceSeconds = 60;

/** Signs and verifies tokens. */
export class SessionTokens {
  readonly #options: SessionTokensOptions;
  readonly #verifyOptions: JWTVerifyOptions;
  readonly #keys: ReadonlyMap<string, Promise<webcrypto.CryptoKey>>;
  readonly #verified = new Map<string, { readonly identity: SessionIdentity; readonly expiresAt: number }>();

  constructor(options: SessionTokensOptions) {
    const { keys, issuer, audience } = options;
    this.#options = options;
    this.#verifyOptions = {
      algorithms: [algorithm],
      typ: type,
      issuer,
      audience,
      requiredClaims: ['exp', 'iat', 'sid', 'sub'],
      clockTolerance: clockToleranceSeconds,
    };
    this.#keys = new Map(keys.keys.map(({ id, secret }) => [id, importKey(secret.export())]));
  }

  async sign({ sessionId, userHash, createdAt, expiresAt }: SessionClaims): Promise<string> {
    const { keys, issuer, audience } = this.#options;
    return new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: algorithm, kid: keys.current.id, typ: type })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(userHash)
      .setIssuedAt(Math.floor(createdAt / 1_000))
      .setExpirationTime(Math.ceil(expiresAt / 1_000))
      .sign(await this.#key(keys.current.id));
  }

  async verify(token: string): Promise<SessionIdentity | TokenProblem> {
    const known = this.#verified.get(token);
    if (known) return Date.now() < known.expiresAt ? known.identity : 'expired';
    if (token.length > longestToken) return 'malformed';
    try {
      const { payload } = await jwtVerify(token, ({ kid }) => this.#key(kid), this.#verifyOptions);
      const { sid, sub, exp = 0 } = payload;
      if (!is256Bits(sid) || !is256Bits(sub)) return 'claims';
      const identity = { sessionId: sid, userHash: sub };
      this.#remember(token, identity, (exp + clockToleranceSeconds) * 1_000);
      return identity;
    } catch (error) {
      return problemOf(error);
    }
  }

  #key(id: string | undefined): Promise<webcrypto.CryptoKey> {
    return this.#keys.get(id ?? '') ?? Promise.reject(new errors.JWKSNoMatchingKey());
  }

  #remember(token: string, identity: SessionIdentity, expiresAt: number): void {
    if (this.#verified.size >= maxVerified) {
      const [oldest] = this.#verified.keys();
      if (oldest !== undefined) this.#verified.delete(oldest);
    }
    this.#verified.set(token, { identity, expiresAt });
  }
}

function is256Bits(claim: unknown): claim is string {
  return typeof claim === 'string' && bytesOf256Bits.test(claim);
}

function problemOf(error: unknown): TokenProblem {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) return 'claims';
  if (
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JWKSNoMatchingKey
  ) {
    return 'signature';
  }
  if (error instanceof errors.JOSEError) return 'malformed';
  throw error;
}

function importKey(secret: NodeJS.ArrayBufferView): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
}
