/**
 * Reads the fields `RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers: lists of named items with
 * whole numbers as parameters (structured fields, RFC 9651), such as `"default";q=100;w=60`.
 */
import { Unexpected } from './unexpected';

/** How much a client may use. */
export interface RateLimitPolicy {
  readonly quota: number;
  readonly windowSeconds: number;
}

/** What it has left. */
export interface RateLimitState {
  readonly remaining: number;
  /** Time until it has more again. */
  readonly resetSeconds: number;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

const itemPattern = /^"([^"\\]+)"((?:\s*;\s*[a-z*][a-z0-9_.*-]*=[^;\s]+)*)$/;

/** @throws Unexpected if the field or the policy is missing, or malformed */
export function readPolicy(headers: Headers, name: string): RateLimitPolicy {
  const [quota, windowSeconds] = parameters(headers, 'RateLimit-Policy', name, ['q', 'w']);
  return { quota, windowSeconds };
}

/** @throws Unexpected if the field or the policy is missing, or malformed */
export function readState(headers: Headers, name: string): RateLimitState {
  const [remaining, resetSeconds] = parameters(headers, 'RateLimit', name, ['r', 't']);
  return { remaining, resetSeconds };
}

/**
 * `Retry-After` in seconds. The form with a date isn't what the platform promises.
 *
 * @throws Unexpected if it is missing or no whole number of seconds from 1
 */
export function readRetryAfterSeconds(headers: Headers): number {
  const text = headers['retry-after'];
  if (typeof text !== 'string' || !/^[1-9]\d{0,5}$/.test(text)) {
    throw new Unexpected('Retry-After: whole seconds from 1', text === undefined ? 'none' : `'${String(text)}'`);
  }
  return Number(text);
}

function parameters(
  headers: Headers,
  field: string,
  name: string,
  [first, second]: readonly [string, string],
): [number, number] {
  const value = headers[field.toLowerCase()];
  const text = Array.isArray(value) ? value.join(', ') : value;
  const parameterTexts = splitList(text ?? '')
    .map((item) => itemPattern.exec(item))
    .find((match) => match?.[1] === name)?.[2];
  const numbers = [first, second].map((parameter) => wholeNumber(parameterTexts, parameter));
  const [a, b] = numbers;
  if (a === undefined || b === undefined) {
    throw new Unexpected(`${field}: "${name}";${first}=n;${second}=n`, text === undefined ? 'none' : `'${text}'`);
  }
  return [a, b];
}

function wholeNumber(parameterTexts: string | undefined, parameter: string): number | undefined {
  const text = new RegExp(`;\\s*${parameter}=(\\d{1,15})(?:\\s*;|$)`).exec(parameterTexts ?? '')?.[1];
  return text === undefined ? undefined : Number(text);
}

/** The items of a list; a comma within quotes separates nothing. */
function splitList(text: string): string[] {
  return (text.match(/(?:"[^"]*"|[^",])+/g) ?? []).map((item) => item.trim());
}
