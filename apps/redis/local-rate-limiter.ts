/** A rate limiter of this process alone, for the time that Redis is unavailable: fixed and sliding windows in memory. */
import type { RateLimitPolicy, RateLimitResult } from './rate-limit-policy';

export interface LocalRateLimiterOptions {
  readonly policy: RateLimitPolicy;
  /** Units that a subject can spend in a window here, at most the policy's limit. */
  readonly share: number;
  /** Subjects whose spending is kept. The one that hasn't been seen for longest is forgotten for a new one. */
  readonly maxSubjects: number;
  /** Milliseconds of a clock that never goes back. @default performance.now */
  readonly now?: () => number;
}

/** Spending of one subject. */
interface SpendingWindow {
  /** Forgets what has left the window. */
  advance(now: number): void;
  /** Units spent in the window. */
  readonly spent: number;
  /** Spends units; what they were before is advanced already. */
  spend(cost: number, now: number): void;
  /** When at least that many units have left the window. */
  freedAt(units: number): number;
}

/** Decides on its own, with the semantics of the scripts. */
export class LocalRateLimiter {
  readonly #options: LocalRateLimiterOptions;
  readonly #now: () => number;
  /** By subject, the one seen longest ago first. */
  readonly #windows = new Map<string, SpendingWindow>();

  constructor(options: LocalRateLimiterOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Spends `cost` units of the share. A cost above the share is refused for as long as it takes Redis to come back. */
  check(subject: string, cost: number): RateLimitResult {
    const { policy, share } = this.#options;
    const now = this.#now();
    const window = this.#windowOf(subject);
    window.advance(now);
    const before = share - window.spent;
    const allowed = before >= cost;
    if (allowed) window.spend(cost, now);
    return {
      allowed,
      limit: policy.limit,
      remaining: allowed ? before - cost : before,
      resetMilliseconds: window.spent === 0 ? policy.windowMilliseconds : this.#until(window.freedAt(1), now),
      retryAfterMilliseconds: allowed ? 0 : this.#retryAfter(window, cost, now),
      source: 'local',
    };
  }

  /** Number of subjects that are kept. */
  get size(): number {
    return this.#windows.size;
  }

  #retryAfter(window: SpendingWindow, cost: number, now: number): number {
    const { policy, share } = this.#options;
    if (cost > share) return policy.windowMilliseconds;
    return this.#until(window.freedAt(cost - (share - window.spent)), now);
  }

  /** Whole milliseconds; the sum of a clock with fractions may round to more than the window. */
  #until(time: number, now: number): number {
    return Math.min(this.#options.policy.windowMilliseconds, Math.ceil(time - now));
  }

  #windowOf(subject: string): SpendingWindow {
    const { policy, maxSubjects } = this.#options;
    let window = this.#windows.get(subject);
    if (window) {
      this.#windows.delete(subject);
    } else {
      window =
        policy.algorithm === 'fixed'
          ? new FixedWindow(policy.windowMilliseconds)
          : new SlidingWindow(policy.windowMilliseconds);
      const [oldest] = this.#windows.size >= maxSubjects ? this.#windows.keys() : [];
      if (oldest !== undefined) this.#windows.delete(oldest);
    }
    this.#windows.set(subject, window);
    return window;
  }
}

class FixedWindow implements SpendingWindow {
  readonly #milliseconds: number;
  #endsAt = 0;
  spent = 0;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  advance(now: number): void {
    if (now >= this.#endsAt) this.spent = 0;
  }

  spend(cost: number, now: number): void {
    if (this.spent === 0) this.#endsAt = now + this.#milliseconds;
    this.spent += cost;
  }

  freedAt(): number {
    return this.#endsAt;
  }
}

/** Units that were spent at nearly the same time. */
interface Spending {
  readonly since: number;
  /** The last of them: all leave the window together, so that never more than the limit is in any window. */
  until: number;
  units: number;
}

/** Entries that the log of a sliding window has at most, whatever the limit is: its memory is bounded. */
const logEntries = 128;

class SlidingWindow implements SpendingWindow {
  readonly #milliseconds: number;
  readonly #log: Spending[] = [];
  spent = 0;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  advance(now: number): void {
    let gone = 0;
    for (const { until, units } of this.#log) {
      if (until > now - this.#milliseconds) break;
      this.spent -= units;
      gone++;
    }
    this.#log.splice(0, gone);
  }

  spend(cost: number, now: number): void {
    this.spent += cost;
    const last = this.#log.at(-1);
    if (last && now - last.since < this.#milliseconds / (logEntries - 1)) {
      last.until = now;
      last.units += cost;
    } else {
      this.#log.push({ since: now, until: now, units: cost });
    }
  }

  freedAt(units: number): number {
    let freed = 0;
    const enough = this.#log.find((spending) => (freed += spending.units) >= units);
    return (enough?.until ?? 0) + this.#milliseconds;
  }
}
