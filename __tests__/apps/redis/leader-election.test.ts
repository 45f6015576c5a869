import { LeaderElection, TermEndedError, type LeaderElectionOptions } from '../../../apps/redis/leader-election';
import { Locks } from '../../../apps/redis/lock';
import { MemoryLocks } from '../../support/memory-locks';

let store: MemoryLocks;
let lastToken: bigint;
let mintFence: () => Promise<bigint>;
/** What candidates did, in order. */
let log: string[];
let candidates: LeaderElection[];

beforeEach(() => {
  jest.useFakeTimers();
  store = new MemoryLocks();
  lastToken = 0n;
  mintFence = () => Promise.resolve(++lastToken);
  log = [];
  candidates = [];
});

afterEach(async () => {
  store.mode = 'answers';
  await Promise.all(candidates.map((candidate) => candidate.stop()));
  jest.useRealTimers();
});

const elapse = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

function candidate(instance: string, options: Partial<LeaderElectionOptions> = {}): LeaderElection {
  const election = new LeaderElection({
    locks: new Locks(store, { instance, mintFence: () => mintFence() }),
    name: 'relay',
    onElected: async (signal, token) => {
      log.push(`${instance} leads with ${token}`);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
    onResigned: (reason) => log.push(`${instance} ${reason}`),
    observer: { onError: (error) => log.push(`${instance}: ${String(error)}`) },
    ...options,
  });
  candidates.push(election);
  election.start();
  return election;
}

test('one of several leads, and shows its name and fencing token', async () => {
  const [a, b] = [candidate('a'), candidate('b')];
  await elapse(20_000);
  expect(log).toEqual(['a leads with 1']);
  expect([a.isLeader, b.isLeader]).toEqual([true, false]);
  expect(await b.currentLeader()).toEqual({ instance: 'a', fencingToken: 1n });
});

test('a leader that resigns stands down and lets another lead, with a larger token', async () => {
  const [a] = [candidate('a'), candidate('b')];
  await elapse(0);
  a.resign();
  await elapse(300);
  expect(log).toEqual(['a leads with 1', 'a resigned', 'b leads with 2']);
});

test('a leader that resigns alone leads again after it stood down', async () => {
  const a = candidate('a', { standDownMilliseconds: 500 });
  await elapse(0);
  a.resign();
  await elapse(499);
  expect(a.isLeader).toBe(false);
  await elapse(2);
  expect(log).toEqual(['a leads with 1', 'a resigned', 'a leads with 2']);
});

test('the lock is held until the work has ended', async () => {
  const onElected = async (signal: AbortSignal) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    log.push('a has wound up');
  };
  const a = candidate('a', { onElected });
  await elapse(0);
  candidate('b');
  const stopped = a.stop();
  expect(a.isLeader).toBe(false);
  await elapse(4_000);
  await stopped;
  expect(log).toEqual(['a has wound up', 'a stopped', 'b leads with 2']);
});

test('work that does not end holds the next leader up for a TTL, no longer', async () => {
  const a = candidate('a', { onElected: () => new Promise(() => undefined), ttlMilliseconds: 1_000 });
  await elapse(0);
  candidate('b');
  a.resign();
  await elapse(900);
  expect(log).toEqual([]);
  await elapse(400);
  expect(log).toEqual([
    "a: Error: The work of the leader of 'relay' goes on 1000 ms after its term.",
    'a resigned',
    'b leads with 2',
  ]);
});

test('leadership ends here before it ends in Redis', async () => {
  const signals: AbortSignal[] = [];
  const onElected = (signal: AbortSignal) => Promise.resolve(void signals.push(signal));
  const a = candidate('a', { onElected });
  await elapse(0);
  store.mode = 'silent';
  await elapse(8_999);
  expect(a.isLeader).toBe(true);
  await elapse(2);
  expect(a.isLeader).toBe(false);
  expect(log).toEqual(['a lost']);
  expect(store.value('relay')).toBeDefined();
  expect(signals[0]?.reason).toBeInstanceOf(TermEndedError);
  expect(signals[0]?.reason).toMatchObject({ reason: 'lost', message: "This process leads 'relay' no more: lost." });
});

test('a leader that lost campaigns again at once', async () => {
  candidate('a');
  await elapse(0);
  store.delete('relay');
  await elapse(3_400);
  expect(log).toEqual(['a leads with 1', 'a lost', 'a leads with 2']);
});

test('work that throws makes another lead', async () => {
  candidate('a', { onElected: () => Promise.reject(new Error('no database')) });
  candidate('b');
  await elapse(300);
  expect(log).toEqual(['a: Error: no database', 'a failed', 'b leads with 2']);
});

test('work that has ended does not end the term', async () => {
  const a = candidate('a', { onElected: () => Promise.resolve() });
  await elapse(30_000);
  expect(a.isLeader).toBe(true);
});

test('nobody leads without a fencing token, and it is tried again', async () => {
  mintFence = () => Promise.reject(new Error('Postgres is down'));
  const a = candidate('a', { standDownMilliseconds: 1_000 });
  await elapse(100);
  expect(log).toEqual(['a: Error: Postgres is down']);
  expect(store.value('relay')).toBeUndefined();
  mintFence = () => Promise.resolve(9n);
  await elapse(1_000);
  expect(log).toEqual(['a: Error: Postgres is down', 'a leads with 9']);
  expect(a.isLeader).toBe(true);
});

test('an outage of Redis is survived', async () => {
  store.mode = 'fails';
  candidate('a', { standDownMilliseconds: 1_000 });
  await elapse(2_500);
  store.mode = 'answers';
  await elapse(1_000);
  expect(log).toEqual([...Array<string>(3).fill('a: Error: Redis is down'), 'a leads with 1']);
});

test('a candidate that stops while it waits leads no more', async () => {
  store.occupy('relay', 1_000);
  const a = candidate('a');
  await elapse(0);
  await a.stop();
  await elapse(5_000);
  expect(log).toEqual([]);
  expect(store.value('relay')).toBeUndefined();
  expect(jest.getTimerCount()).toBe(0);
});
