/** The rate limiters' demonstration policies: that they let through what they say, and say what they let through. */
import type { Answer, ApiRequest, Burst } from '../api';
import type { Check, CheckContext } from '../check';
import { describeStatus, expectStatus, readProblem } from '../contract';
import { Findings, type Finding } from '../findings';
import { pause } from '../poll';
import { readPolicy, readRetryAfterSeconds, readState, type RateLimitPolicy } from '../rate-limit-headers';
import { CannotTell } from '../unexpected';

type PolicyName = 'fixed' | 'sliding';

/** Requests beyond the quota. */
const surplus = 50;

/** A burst starts only if its window goes on for so many seconds. */
const safeSeconds = 3;

/** Bursts tried when one may have met the end of a window. */
const attempts = 3;

/** A longer window would make the run wait too long. */
const longestAwaitedWindowSeconds = 15;

/** Time for what was spent to leave the window, and for clocks that count in milliseconds. */
const settlingMilliseconds = 150;

function exactness(policy: PolicyName): Check {
  return {
    id: `limit-${policy}`,
    capability: 'limits',
    proves: `a ${policy} window lets its quota through, exactly`,
    crossProcess: true,
    async run(context) {
      for (let attempt = 1; ; attempt++) {
        const { quota, windowSeconds, endsInSeconds } = await probe(context, policy, attempt);
        const startedAt = performance.now();
        const burst = await context.api.burst(quota + surplus, await spend(context, policy, `burst-${attempt}`));
        const finding = judge(context, policy, { quota, windowSeconds }, burst);
        // The header counts in whole seconds, rounded up.
        const metEnd = performance.now() - startedAt > (endsInSeconds - 1) * 1_000;
        if (finding.passed || !metEnd || attempt === attempts) return finding;
        context.progress(`limits: the burst met the end of a window, once more`);
      }
    },
  };
}

/**
 * A limiter that only counts from window to window lets twice its quota through around their border. Half of the quota
 * now, the rest half a window later: as soon as the first half is a window old, that half is free again and no more.
 */
export const slidingBorderCheck: Check = {
  id: 'limit-sliding-border',
  capability: 'limits',
  proves: 'no more goes through where windows would meet',
  background: true,
  async run(context) {
    const { api, signal } = context;
    const { quota, windowSeconds } = await probe(context, 'sliding', 0);
    if (windowSeconds > longestAwaitedWindowSeconds) {
      throw new CannotTell(`a window of ${windowSeconds} s is longer than is waited for`);
    }
    const half = Math.floor(quota / 2);
    const request = await spend(context, 'sliding', 'border');
    const first = await api.burst(half, request);
    const firstSpentAt = performance.now();
    await pause(windowSeconds * 500, signal);
    const second = await api.burst(quota - half, request);
    await pause(windowSeconds * 1_000 + settlingMilliseconds - (performance.now() - firstSpentAt), signal);
    const third = await api.burst(quota, request);
    const failure = [first, second, third].flatMap(({ failures }) => failures)[0];
    if (failure) throw failure;
    const allowed = [first, second, third].map(({ answers }) => answers.filter(({ status }) => status === 200).length);
    return new Findings().equal('allowed', `${half}, ${quota - half}, ${half}`, allowed.join(', ')).finding;
  },
};

/** Learns a policy from its headers, and starts its burst's window: waits for the next one if it ends too soon. */
async function probe(
  context: CheckContext,
  policy: PolicyName,
  attempt: number,
): Promise<RateLimitPolicy & { readonly endsInSeconds: number }> {
  const request = await spend(context, policy, `probe-${attempt}`);
  for (;;) {
    const answer = await context.api.send(request());
    expectStatus(answer, 200);
    const { quota, windowSeconds } = readPolicy(answer.headers, policy);
    const { resetSeconds } = readState(answer.headers, policy);
    if (resetSeconds >= Math.min(safeSeconds, windowSeconds)) {
      return { quota, windowSeconds, endsInSeconds: resetSeconds };
    }
    context.progress(`limits: waiting ${resetSeconds} s for the next window`);
    await pause(resetSeconds * 1_000 + settlingMilliseconds, context.signal);
  }
}

async function spend(context: CheckContext, policy: PolicyName, purpose: string): Promise<() => ApiRequest> {
  const { token } = await context.logins.current();
  return () => ({ path: `/limits/${policy}?subject=${context.runId}-${purpose}`, token });
}

function judge(
  { api }: CheckContext,
  policy: PolicyName,
  { quota, windowSeconds }: RateLimitPolicy,
  burst: Burst,
): Finding {
  const { answers, failures } = burst;
  const allowed = answers.filter(({ status }) => status === 200);
  const denied = answers.filter(({ status }) => status === 429);
  const other = answers.find(({ status }) => status !== 200 && status !== 429);
  const remaining = new Set(allowed.map(({ headers }) => readState(headers, policy).remaining));
  const processes = new Set(answers.map(({ instance }) => instance)).size;
  const findings = new Findings()
    .equal('allowed', quota, allowed.length)
    .equal('denied', surplus, denied.length)
    .require(processes >= Math.min(2, api.instances.length), 'answers of 2 processes', `of ${processes}`)
    .require(
      remaining.size === allowed.length && Math.max(...remaining, 0) < quota,
      'RateLimit: each r from 0 up once',
      `${remaining.size} values of r for ${allowed.length} answers`,
    );
  for (const answer of answers.filter(({ status }) => status === 200 || status === 429)) {
    checkHeaders(findings, policy, { quota, windowSeconds }, answer);
  }
  if (failures[0]) findings.note(`first failure: ${failures[0].message}`);
  if (other) findings.note(`first other answer: ${describeStatus(other)}`);
  return findings.finding;
}

/** Adds what is wrong with an answer's headers. */
function checkHeaders(findings: Findings, name: PolicyName, policy: RateLimitPolicy, answer: Answer): void {
  const { quota, windowSeconds } = readPolicy(answer.headers, name);
  const { remaining, resetSeconds } = readState(answer.headers, name);
  if (quota !== policy.quota || windowSeconds !== policy.windowSeconds) {
    findings.require(false, `q=${policy.quota};w=${policy.windowSeconds}`, `q=${quota};w=${windowSeconds}`);
  }
  if (resetSeconds > windowSeconds) findings.require(false, `t ≤ ${windowSeconds}`, `t=${resetSeconds}`);
  if (answer.status !== 429) return;
  readProblem(answer, 429);
  const retryAfterSeconds = readRetryAfterSeconds(answer.headers);
  if (remaining !== 0) findings.require(false, 'r=0 with 429', `r=${remaining}`);
  if (retryAfterSeconds > windowSeconds) {
    findings.require(false, `Retry-After ≤ ${windowSeconds}`, `Retry-After ${retryAfterSeconds}`);
  }
}

export const limitChecks: readonly Check[] = [exactness('fixed'), exactness('sliding')];
