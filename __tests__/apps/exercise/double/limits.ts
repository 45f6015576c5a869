import type { Fault } from './faults';
import { problem, type DoubleAnswer, type DoubleRequest, type Route } from './routing';
import type { SessionsDouble } from './sessions';

export const quota = 20;
export const windowSeconds = 2;

/** Moments of what was spent, in milliseconds; those of a fixed window share one start. */
interface Count {
  startedAt: number;
  spentAt: number[];
}

export class LimitsDouble {
  readonly #faults: ReadonlySet<Fault>;
  readonly #sessions: SessionsDouble;
  readonly #counts = new Map<string, Count>();

  constructor(faults: ReadonlySet<Fault>, sessions: SessionsDouble) {
    this.#faults = faults;
    this.#sessions = sessions;
  }

  get routes(): readonly Route[] {
    return [
      {
        method: 'GET',
        path: /^\/limits\/(fixed|sliding)$/,
        answer: (request) => this.#sessions.refusal(request) ?? this.#spend(request),
      },
    ];
  }

  #spend({ parameters: [policy = ''], query, instance }: DoubleRequest): DoubleAnswer {
    const count = this.#count([policy, query.get('subject'), this.#faults.has('a count for each process') && instance]);
    const now = performance.now();
    this.#forget(count, policy, now);
    const burst = query.get('subject')?.includes('burst') === true;
    const change = Number(this.#faults.has('one more allowed')) - Number(this.#faults.has('one less allowed'));
    const allowed = count.spentAt.length < quota + (burst ? change : 0);
    if (allowed) count.spentAt.push(now);
    const remaining = this.#faults.has('r that stays') ? quota - 1 : Math.max(0, quota - count.spentAt.length);
    return this.#answer(policy, allowed, allowed ? remaining : 0);
  }

  #count(key: readonly unknown[]): Count {
    const name = key.join('/');
    const count = this.#counts.get(name) ?? { startedAt: performance.now(), spentAt: [] };
    this.#counts.set(name, count);
    return count;
  }

  /** Drops what is out of the window. */
  #forget(count: Count, policy: string, now: number): void {
    const windowMilliseconds = windowSeconds * 1_000;
    if (policy === 'sliding' && !this.#faults.has('a fixed window called sliding')) {
      count.spentAt = count.spentAt.filter((moment) => now - moment < windowMilliseconds);
    } else if (now - count.startedAt >= windowMilliseconds) Object.assign(count, { startedAt: now, spentAt: [] });
  }

  #answer(policy: string, allowed: boolean, remaining: number): DoubleAnswer {
    const told = !allowed && this.#faults.has('another quota when denied') ? quota + 1 : quota;
    const headers = {
      ...(this.#faults.has('no RateLimit-Policy')
        ? {}
        : { 'ratelimit-policy': `"default";q=20000;w=10, "${policy}";q=${told};w=${windowSeconds}` }),
      ...(this.#faults.has('no RateLimit') ? {} : { ratelimit: `"${policy}";r=${remaining};t=${windowSeconds}` }),
    };
    if (allowed) return { status: 200, headers, body: { allowed, remaining } };
    const retry: Record<string, string> = this.#faults.has('no Retry-After')
      ? {}
      : { 'retry-after': `${windowSeconds}` };
    if (this.#faults.has('a plain 429')) return { status: 429, headers: { ...headers, ...retry }, body: 'Slow down' };
    return problem(429, 'Slow down', { ...headers, ...retry });
  }
}
