/** The election of the worker that relays the outbox. */
import { pooled } from '../api';
import type { Check, CheckContext } from '../check';
import { expectStatus, leaderShape, readBody } from '../contract';
import { Findings } from '../findings';
import { pause, poll } from '../poll';

interface Leader {
  readonly leader: string;
  readonly fencingToken: number;
}

/** Looks over the time in which the leader must stay the same, and the pause between them. */
const looks = 20;
const pauseMilliseconds = 40;

/** Longest time without a leader: a lease runs out and another one is taken. */
const electionTimeoutMilliseconds = 30_000;

const oneLeader: Check = {
  id: 'leader-one',
  capability: 'leader',
  proves: 'there is one leader, and it stays',
  async run(context) {
    const first = await elected(context, 0);
    const seen = new Set([name(first)]);
    for (let look = 0; look < looks; look++) {
      for (const leader of await pooled(context.api.instances, 2, (instance) => whoLeads(context, instance))) {
        seen.add(name(leader));
      }
      await pause(pauseMilliseconds, context.signal);
    }
    return new Findings().equal('leaders', 1, seen.size).note([...seen].join(', ')).finding;
  },
};

const resignation: Check = {
  id: 'leader-resignation',
  capability: 'leader',
  proves: 'when the leader resigns, a new term begins',
  async run(context) {
    const before = await elected(context, 0);
    const { token } = await context.logins.current();
    expectStatus(await context.api.send({ method: 'POST', path: '/leader/resignations', token }), 202);
    const startedAt = performance.now();
    const after = await elected(context, before.fencingToken);
    const milliseconds = Math.round(performance.now() - startedAt);
    return new Findings()
      .holds(
        after.fencingToken > before.fencingToken,
        `fencing token > ${before.fencingToken}`,
        `fencing token ${after.fencingToken}`,
      )
      .note(`${before.leader} → ${after.leader} in ${milliseconds} ms`).finding;
  },
};

/** The leader whose term came after another's. */
async function elected(context: CheckContext, lastToken: number): Promise<Leader> {
  const { leader, fencingToken } = await poll({
    expected: `a leader with a fencing token > ${lastToken}`,
    look: () => whoLeads(context, context.api.instances[0] ?? ''),
    done: (seen) => seen.leader !== null && seen.fencingToken !== null && seen.fencingToken > lastToken,
    describe: name,
    timeoutMilliseconds: electionTimeoutMilliseconds,
    pauseMilliseconds: 20,
    signal: context.signal,
  });
  return { leader: leader ?? '', fencingToken: fencingToken ?? 0 };
}

async function whoLeads({ api, logins }: CheckContext, instance: string) {
  const { token } = await logins.current();
  return readBody(await api.sendTo(instance, { path: '/leader', token }), 200, leaderShape);
}

function name({ leader, fencingToken }: { readonly leader: string | null; readonly fencingToken: number | null }) {
  return leader === null ? 'nobody' : `${leader} with token ${fencingToken ?? 'none'}`;
}

export const leaderChecks: readonly Check[] = [oneLeader, resignation];
