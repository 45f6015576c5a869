/**
 * The response headers that tell a client of its limits: structured fields (RFC 9651) as in
 * draft-ietf-httpapi-ratelimit-headers, and `Retry-After` (RFC 9110, section 10.2.3).
 */
import type { RateLimitPolicy, RateLimitResult } from './rate-limit-policy';

/** Headers by name. Times in them are whole seconds, rounded up: a client that waits that long is never early. */
export interface RateLimitHeaders {
  /** `"login";q=20;w=60`: 20 units in 60 seconds. */
  readonly 'RateLimit-Policy': string;
  /** `"login";r=7;t=31`: 7 are left, and it will be more in 31 seconds. */
  readonly RateLimit: string;
  /** Seconds until a new try; only if the request was refused. */
  readonly 'Retry-After'?: string;
}

/** A policy and what a check of it answered. */
export interface CheckedPolicy {
  readonly policy: RateLimitPolicy;
  readonly result: RateLimitResult;
}

/** The headers of a response to a request that one or more policies were checked for. */
export function rateLimitHeaders(first: CheckedPolicy, ...others: readonly CheckedPolicy[]): RateLimitHeaders {
  const checked = [first, ...others];
  const retryAfter = Math.max(...checked.map(({ result }) => (result.allowed ? 0 : result.retryAfterMilliseconds)));
  return {
    'RateLimit-Policy': checked.map(({ policy }) => policyItem(policy)).join(', '),
    RateLimit: checked.map(limitItem).join(', '),
    ...(retryAfter > 0 ? { 'Retry-After': String(seconds(retryAfter)) } : {}),
  };
}

// The names need no escapes: a policy's name has none of the characters that do.
function policyItem({ name, limit, windowMilliseconds }: RateLimitPolicy): string {
  return `"${name}";q=${limit};w=${seconds(windowMilliseconds)}`;
}

function limitItem({ policy: { name }, result: { remaining, resetMilliseconds } }: CheckedPolicy): string {
  return `"${name}";r=${remaining};t=${seconds(resetMilliseconds)}`;
}

function seconds(milliseconds: number): number {
  return Math.ceil(milliseconds / 1_000);
}
