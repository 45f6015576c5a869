/** The lock: nobody else is in while one is, and each holder's fencing token is above the one before. */
import type { Check } from '../check';
import { lockRunShape, readBody } from '../contract';
import { Findings } from '../findings';
import { percentile } from '../percentile';

/** Runs that want the lock at the same moment. */
const contenders = 50;

const holdMilliseconds = 5;

/** Above the 10 s for which a run waits for the lock. */
const timeoutMilliseconds = 15_000;

const contention: Check = {
  id: 'lock-contention',
  capability: 'locks',
  proves: 'contenders lose no update, fencing tokens grow',
  crossProcess: true,
  async run(context) {
    const { api } = context;
    const { token } = await context.logins.current();
    const path = `/locks/exercise-${context.runId}/runs`;
    const body = { holdMilliseconds };
    const burst = await api.burst(contenders, () => ({ method: 'POST', path, token, body, timeoutMilliseconds }));
    context.leaves('lock counter', 1);
    if (burst.failures[0]) throw burst.failures[0];
    const runs = burst.answers.map((answer) => readBody(answer, 200, lockRunShape));
    const inOrder = runs.toSorted((a, b) => a.counter - b.counter || a.fencingToken - b.fencingToken);
    const tokens = inOrder.map(({ fencingToken }) => fencingToken);
    const disorder = tokens.findIndex((fencingToken, index) => fencingToken <= (tokens[index - 1] ?? 0));
    const waits = runs.map(({ waitedMilliseconds }) => waitedMilliseconds);
    const processes = new Set(burst.answers.map(({ instance }) => instance)).size;
    return new Findings()
      .equal('counter', contenders, Math.max(...runs.map(({ counter }) => counter)))
      .equal('fencing tokens', contenders, new Set(tokens).size)
      .require(processes >= Math.min(2, api.instances.length), 'answers of 2 processes', `of ${processes}`)
      .require(
        inOrder.every(({ counter }, index) => counter === index + 1),
        `each count from 1 to ${contenders} once`,
        `${new Set(runs.map(({ counter }) => counter)).size} different counts`,
      )
      .require(
        disorder === -1,
        'tokens that grow with the counter',
        `${tokens[disorder] ?? 0} after ${tokens[disorder - 1] ?? 0}`,
      )
      .note(`waited p50 ${Math.round(percentile(waits, 0.5) ?? 0)} ms, at most ${Math.round(Math.max(...waits))} ms`)
      .finding;
  },
};

export const lockChecks: readonly Check[] = [contention];
