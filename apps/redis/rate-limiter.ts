/**
 * A rate limiter whose limits hold over all processes: each check is one script on one key, exact under any concurrency.
 *
 * It never fails because of Redis. Without an answer in time this process decides alone, on its share of the limit
 * (`limit / instances`, rounded down, at least 1), and goes back to Redis by itself. What was spent before isn't known
 * to the other side, so around a change a subject can spend up to twice its limit; while all instances are on their
 * shares it is the limit again, or `instances` if that is more.
 *
 * A check that Redis got but couldn't answer in time may be counted by both sides, and a command that the client sent
 * again after a lost connection can be counted twice in a fixed window: too much is counted then, never too little.
 */
import { createHash, randomBytes } from 'node:crypto';
import { Command } from 'ioredis';
import { BoundedCommands } from './bounded-commands';
import type { RedisClient } from './client';
import fixedSource from './commands/spendFixedWindow-1.lua';
import slidingSource from './commands/spendSlidingWindow-1.lua';
import { keys } from './keys';
import { LocalRateLimiter } from './local-rate-limiter';
import {
  policyViolations,
  wholeNumberViolations,
  type RateLimitPolicy,
  type RateLimitResult,
} from './rate-limit-policy';
import { Circuits } from './rate-limiter-circuit';
import { KnownWindows, type KnownWindow } from './rate-limiter-windows';
import { isMissingScript, script } from './script';

/** Hears what a limiter does, for metrics and logs. Called in the path of checks: it must be quick and not throw. */
export interface RateLimiterObserver {
  onCheck?(policy: string, allowed: boolean, source: RateLimitResult['source']): void;
  /** Redis failed a check, which was decided here instead. */
  onError?(error: Error, policy: string): void;
  /** A server that failed repeatedly is left alone (`open`) or answers again (`closed`). */
  onCircuit?(state: 'open' | 'closed', server: string, policy: string): void;
}

/** Settings of a limiter. */
export interface RateLimiterOptions {
  readonly client: RedisClient;
  readonly policy: RateLimitPolicy;
  /** Processes that share the limit; each takes its part of it while Redis is unavailable. */
  readonly instances: number;
  /** Longest wait for Redis, in milliseconds. @default 100 */
  readonly deadlineMilliseconds?: number;
  /** Failures in a row after which a server isn't asked for a while. @default 3 */
  readonly failuresToOpen?: number;
  /** How long it isn't asked before one check tries it again, in milliseconds. @default 500 */
  readonly pauseMilliseconds?: number;
  /** Subjects that this process keeps in memory, for its own decisions and for what Redis said each. @default 10000 */
  readonly maxLocalSubjects?: number;
  readonly observer?: RateLimiterObserver;
}

/** A limiter of one policy. */
export interface RateLimiter {
  readonly policy: RateLimitPolicy;
  /**
   * Spends `cost` units of a subject's limit, if they are left; otherwise nothing.
   *
   * @param cost a whole number from 1 to the limit; in a sliding window at most 1000 @default 1
   * @throws RangeError if the subject is empty or the cost out of range; never because of Redis
   */
  check(subject: string, cost?: number): Promise<RateLimitResult>;
}

const defaults = { deadlineMilliseconds: 100, failuresToOpen: 3, pauseMilliseconds: 500, maxLocalSubjects: 10_000 };

/** A sliding window logs every unit: a script that logs more would hold up its server. */
const highestSlidingCost = 1_000;

/** A longer subject is replaced by its digest in the key. */
const longestSubject = 128;

/**
 * Makes a limiter.
 *
 * @example
 * const limiter = createRateLimiter({ client, policy, instances: 2 });
 * const result = await limiter.check(address);
 * reply.headers(rateLimitHeaders({ policy, result }));
 *
 * @throws Error naming every setting that is out of range
 */
export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  const numbers = { ...defaults, ...options };
  const violations = [
    ...policyViolations(options.policy),
    ...wholeNumberViolations('instances', numbers.instances, 1, 100_000),
    ...wholeNumberViolations('deadlineMilliseconds', numbers.deadlineMilliseconds, 1, 60_000),
    ...wholeNumberViolations('failuresToOpen', numbers.failuresToOpen, 1, 1_000),
    ...wholeNumberViolations('pauseMilliseconds', numbers.pauseMilliseconds, 1, 600_000),
    ...wholeNumberViolations('maxLocalSubjects', numbers.maxLocalSubjects, 1, 1_000_000),
  ];
  if (violations.length > 0) throw new Error(`Rate limit policy '${options.policy.name}': ${violations.join('; ')}`);
  return new RedisRateLimiter(numbers);
}

const algorithms = {
  fixed: { script: script(fixedSource, 1), key: keys.fixedWindow },
  sliding: { script: script(slidingSource, 1), key: keys.slidingWindow },
} as const;

const operation = 'a rate limit';
const replyAsText = { replyEncoding: 'utf8' } as const;

/** The scripts answer with what is left times this, plus milliseconds. */
const leftUnit = 2 ** 32;

/** A check under way. */
interface Check {
  readonly subject: string;
  readonly key: string;
  readonly cost: number;
  readonly window: KnownWindow | undefined;
  /** By `performance.now()`. */
  readonly sentAt: number;
}

class RedisRateLimiter implements RateLimiter {
  readonly policy: RateLimitPolicy;
  readonly #client: RedisClient;
  readonly #observer: RateLimiterObserver | undefined;
  readonly #commands: BoundedCommands;
  readonly #circuits: Circuits;
  readonly #local: LocalRateLimiter;
  /** Of the fixed algorithm. */
  readonly #windows: KnownWindows | undefined;
  readonly #highestCost: number;
  // As text once, not at every check.
  readonly #limit: string;
  readonly #window: string;
  /** Names the calls of this limiter apart from all others. */
  readonly #origin = randomBytes(9).toString('base64url');
  #calls = 0;

  constructor(options: RateLimiterOptions & typeof defaults) {
    const { client, policy, instances, observer, maxLocalSubjects } = options;
    this.policy = policy;
    this.#client = client;
    this.#observer = observer;
    this.#commands = new BoundedCommands(client, options.deadlineMilliseconds);
    this.#circuits = new Circuits({
      ...options,
      onChange: (state, server) => observer?.onCircuit?.(state, server, policy.name),
    });
    const share = Math.max(1, Math.floor(policy.limit / instances));
    this.#local = new LocalRateLimiter({ policy, share, maxSubjects: maxLocalSubjects });
    this.#windows = policy.algorithm === 'fixed' ? new KnownWindows(maxLocalSubjects) : undefined;
    this.#highestCost = policy.algorithm === 'fixed' ? policy.limit : Math.min(policy.limit, highestSlidingCost);
    this.#limit = String(policy.limit);
    this.#window = String(policy.windowMilliseconds);
  }

  check(subject: string, cost = 1): Promise<RateLimitResult> {
    const { name, algorithm } = this.policy;
    if (subject === '' || !Number.isInteger(cost) || cost < 1 || cost > this.#highestCost) {
      return Promise.reject(this.#badCheck(subject, cost));
    }
    const sentAt = performance.now();
    const window = this.#windows?.find(subject, sentAt);
    if (window && cost > window.left) return Promise.resolve(this.#repeatRefusal(window));
    const key = algorithms[algorithm].key(name, subject.length > longestSubject ? digest(subject) : subject);
    if (!this.#circuits.admits(key)) return Promise.resolve(this.#decideHere(subject, cost));
    const check = { subject, key, cost, window, sentAt };
    const problem = this.#commands.disconnection(operation);
    return problem ? Promise.resolve(this.#fallBack(check, problem)) : this.#askRedis(check);
  }

  /** One promise besides the command's own: the deadline rejects the command itself. */
  #askRedis(check: Check): Promise<RateLimitResult> {
    const { digest } = algorithms[this.policy.algorithm].script;
    const command = new Command('evalsha', [digest, 1, ...this.#arguments(check)], replyAsText);
    const waiting = this.#commands.watch(operation, command);
    this.#client.sendCommand(command);
    return (command.promise as Promise<unknown>).then(
      (reply) => {
        waiting.leave();
        return this.#read(check, reply);
      },
      (error: unknown) => {
        waiting.leave();
        return isMissingScript(error) ? this.#sendScript(check) : this.#fallBack(check, error);
      },
    );
  }

  /** For a server that doesn't know the script yet, or not any more. */
  #sendScript(check: Check): Promise<RateLimitResult> {
    const { script: spend } = algorithms[this.policy.algorithm];
    return this.#commands.run(operation, spend, this.#arguments(check)).then(
      (reply) => this.#read(check, reply),
      (error: unknown) => this.#fallBack(check, error),
    );
  }

  #arguments({ key, cost, window }: Check): [string, string, string, number, string] {
    const last = this.#windows ? (window ? '1' : '0') : `${this.#origin}${(this.#calls++).toString(36)}`;
    return [key, this.#limit, this.#window, cost, last];
  }

  #read(check: Check, reply: unknown): RateLimitResult {
    this.#circuits.succeeded(check.key);
    let result: RateLimitResult;
    if (typeof reply === 'number') {
      const milliseconds = reply % leftUnit;
      result = this.#result(true, Math.floor(reply / leftUnit), milliseconds || untilEnd(check.window), 0);
      if (milliseconds > 0) this.#learn(check, milliseconds, Infinity);
    } else {
      const [left, resetMilliseconds, retryAfterMilliseconds] = reply as [number, number, number];
      result = this.#result(false, left, resetMilliseconds, retryAfterMilliseconds);
      this.#learn(check, resetMilliseconds, left);
    }
    this.#observer?.onCheck?.(this.policy.name, result.allowed, 'redis');
    return result;
  }

  /** The server spoke after `sentAt` and before now, and in whole milliseconds: that bounds the window's end. */
  #learn({ subject, sentAt }: Check, milliseconds: number, left: number): void {
    if (!this.#windows) return;
    this.#windows.set(subject, {
      endsAfter: sentAt + milliseconds - 1,
      endsBy: performance.now() + milliseconds,
      left,
    });
  }

  #repeatRefusal(window: KnownWindow): RateLimitResult {
    const milliseconds = untilEnd(window);
    this.#observer?.onCheck?.(this.policy.name, false, 'redis');
    return this.#result(false, window.left, milliseconds, milliseconds);
  }

  #result(
    allowed: boolean,
    remaining: number,
    resetMilliseconds: number,
    retryAfterMilliseconds: number,
  ): RateLimitResult {
    const { limit } = this.policy;
    return { allowed, limit, remaining, resetMilliseconds, retryAfterMilliseconds, source: 'redis' };
  }

  #fallBack({ subject, key, cost }: Check, error: unknown): RateLimitResult {
    this.#circuits.failed(key);
    this.#observer?.onError?.(error instanceof Error ? error : new Error(String(error)), this.policy.name);
    return this.#decideHere(subject, cost);
  }

  #decideHere(subject: string, cost: number): RateLimitResult {
    const result = this.#local.check(subject, cost);
    this.#observer?.onCheck?.(this.policy.name, result.allowed, 'local');
    return result;
  }

  #badCheck(subject: string, cost: number): RangeError {
    const remedy =
      subject === ''
        ? 'the subject is empty: name who is limited'
        : `the cost is ${cost}: give a whole number from 1 to ${this.#highestCost}`;
    return new RangeError(`Rate limit policy '${this.policy.name}': ${remedy}`);
  }
}

function untilEnd(window: KnownWindow | undefined): number {
  return window ? Math.max(1, Math.ceil(window.endsBy - performance.now())) : 1;
}

/** A digest can't be taken for a subject: it is longer than any that isn't replaced by one. */
function digest(subject: string): string {
  return createHash('sha512')
    .update(subject)
    .digest('hex')
    .padStart(longestSubject + 1, '-');
}
