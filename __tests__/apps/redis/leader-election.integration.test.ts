import { waitUntil } from '../../../apps/local-platform/daemon';
import { awaitReady, connectRedis, disconnectRedis, type RedisClient } from '../../../apps/redis/client';
import { LeaderElection } from '../../../apps/redis/leader-election';
import { Locks } from '../../../apps/redis/lock';
import { Subscriptions } from '../../../apps/redis/subscriptions';
import { startRedisCluster, type TestCluster } from '../../support/redis-cluster';

interface Candidate {
  readonly instance: string;
  readonly client: RedisClient;
  readonly election: LeaderElection;
  /** Fencing tokens of its terms. */
  readonly terms: bigint[];
}

const ttlMilliseconds = 3_000;

let cluster: TestCluster;
let candidates: Candidate[];
let lastToken = 0n;
let elections = 0;

beforeAll(async () => {
  cluster = await startRedisCluster();
});

afterAll(() => cluster.stop());

beforeEach(async () => {
  const name = `relay-${++elections}`;
  candidates = await Promise.all(['a', 'b', 'c'].map((instance) => startCandidate(instance, name)));
  for (const { election } of candidates) election.start();
  await waitUntil(() => leaders().length === 1, 5_000);
});

afterEach(async () => {
  await Promise.all(candidates.map(({ election }) => election.stop()));
  await Promise.all(candidates.map(({ client }) => disconnectRedis(client)));
});

async function startCandidate(instance: string, name: string): Promise<Candidate> {
  const client = connectRedis(cluster.settings('worker'));
  await awaitReady(client, 5_000);
  const notifier = new Subscriptions(client);
  const locks = new Locks(client, { instance, notifier, mintFence: () => Promise.resolve(++lastToken) });
  const terms: bigint[] = [];
  const onElected = async (signal: AbortSignal, token: bigint) => {
    terms.push(token);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  };
  return { instance, client, terms, election: new LeaderElection({ locks, name, ttlMilliseconds, onElected }) };
}

const leaders = () => candidates.filter(({ election }) => election.isLeader);

function leader(): Candidate {
  const [only, ...others] = leaders();
  if (!only || others.length > 0) throw new Error(`${leaders().length} candidates lead`);
  return only;
}

/** Milliseconds until another candidate leads. */
async function untilAnotherLeads(than: Candidate): Promise<number> {
  const start = performance.now();
  await waitUntil(() => leaders().some((one) => one !== than), 10_000);
  return performance.now() - start;
}

test('exactly one of three leads, everybody knows who, and it stays so', async () => {
  const first = leader();
  const holders = await Promise.all(candidates.map(({ election }) => election.currentLeader()));
  expect(holders).toEqual(candidates.map(() => ({ instance: first.instance, fencingToken: first.terms[0] })));
  const changed = await waitUntil(() => leaders().length !== 1 || leader() !== first, ttlMilliseconds + 500);
  expect(changed).toBe(false);
});

test.each(['resign', 'stop'] as const)('after %s another leads within a second, with a larger token', async (step) => {
  const former = leader();
  void former.election[step]();
  expect(await untilAnotherLeads(former)).toBeLessThan(1_000);
  const next = leader();
  expect(Number(next.terms[0])).toBeGreaterThan(Number(former.terms[0]));
});

test('after a crash another leads within the TTL and a second', async () => {
  const former = leader();
  // A process that died extends nothing and releases nothing.
  former.client.disconnect();
  expect(await untilAnotherLeads(former)).toBeLessThan(ttlMilliseconds + 1_000);
});
