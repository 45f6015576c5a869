import type { PodDemand } from '../../../constructs/kubernetes/pod-demand';
import { place, type NodePool, type Scenario } from '../../../constructs/kubernetes/scheduling';

const pool: NodePool = {
  capacity: { cpuMillicores: 1_000, memoryMebibytes: 1_000, pods: 10 },
  perZone: 1,
  zones: ['a', 'b', 'c'],
};

const demand = (change: Partial<PodDemand> = {}): PodDemand => ({
  name: 'web',
  namespace: 'test',
  kind: 'deployment',
  nodes: 'general',
  replicas: { minimum: 1, maximum: 3 },
  priority: 'application',
  overZones: false,
  oneANode: false,
  zoneBound: false,
  cpuMillicores: 100,
  memoryMebibytes: 100,
  ...change,
});

const many = (count: number) => ({ minimum: count, maximum: count });

const maxima: Scenario = { replicas: 'maximum', isRollout: false };
const lostZone = (zone: string): Scenario => ({ ...maxima, lostZone: zone });

const unplaced = (pods: readonly PodDemand[], scenario = maxima, nodes = pool) =>
  Object.fromEntries(place(pods, nodes, scenario).unplaced);

test('requests are those of the minimum or of the maximum', () => {
  expect(place([demand()], pool, { ...maxima, replicas: 'minimum' }).requested).toMatchObject({ pods: 1 });
  expect(place([demand()], pool, maxima)).toEqual({
    nodes: 3,
    requested: { cpuMillicores: 300, memoryMebibytes: 300, pods: 3 },
    unplaced: new Map(),
  });
});

test.each([
  ['processors', { cpuMillicores: 600 }],
  ['memory', { memoryMebibytes: 600 }],
])('a sum of %s that fits is not enough: each pod needs a node', (_, change) => {
  // 2,400 of 3,000, and one of them has no node with 600 left.
  expect(unplaced([demand({ ...change, replicas: many(4) })])).toEqual({ web: 1 });
});

test('a node has so many pods, however small', () => {
  expect(unplaced([demand({ cpuMillicores: 0, memoryMebibytes: 0, replicas: many(31) })])).toEqual({ web: 1 });
});

test('no zone gets two pods more than another, though it has room', () => {
  const full = demand({ name: 'data', kind: 'stateful', zoneBound: true, replicas: many(1), cpuMillicores: 950 });
  // Zone a takes none. Zones b and c get one each, and a third would make a skew of two.
  expect(unplaced([full, demand({ overZones: true })])).toEqual({ web: 1 });
  expect(unplaced([{ ...full, priority: 'system' }, demand()])).toEqual({});
});

test('pods that must not share a node need one each', () => {
  expect(unplaced([demand({ oneANode: true, replicas: many(4) })])).toEqual({ web: 1 });
});

test('pods of a lost zone need a place in the others, unless their volume is there', () => {
  const pods = [demand({ cpuMillicores: 900 })];
  expect(unplaced(pods)).toEqual({});
  expect(unplaced(pods, lostZone('b'))).toEqual({ web: 1 });
  expect(unplaced([demand({ cpuMillicores: 900, zoneBound: true })], lostZone('b'))).toEqual({});
});

test('a pod stays in the zone of its volume', () => {
  const server = demand({ name: 'server', zoneBound: true, kind: 'stateful', replicas: many(1), priority: 'system' });
  const other = demand({ name: 'other', zoneBound: true, kind: 'stateful', replicas: many(1), cpuMillicores: 950 });
  expect(unplaced([server, other])).toEqual({ other: 1 });
});

test('a rollout adds its pods, a quarter of the replicas unless the workload says otherwise, and jobs', () => {
  const job = demand({ name: 'migration', kind: 'job', replicas: many(1) });
  const rollout: Scenario = { ...maxima, isRollout: true };
  const requested = (pods: readonly PodDemand[]) => place(pods, pool, rollout).requested.pods;
  expect(requested([demand({ replicas: many(5) })])).toBe(7);
  expect(requested([demand({ replicas: many(5), surge: 1 })])).toBe(6);
  expect(requested([demand({ replicas: many(5), kind: 'stateful', surge: 1 })])).toBe(5);
  expect(requested([job])).toBe(1);
  expect(place([job], pool, maxima).requested.pods).toBe(0);
});

test('a rollout is spread for itself', () => {
  // Zone a is full. With the two old pods in b and c, a third of the same version would make a skew of two.
  const full = demand({ name: 'data', kind: 'stateful', zoneBound: true, replicas: many(1), cpuMillicores: 950 });
  const web = demand({ overZones: true, replicas: many(2), surge: 1 });
  expect(unplaced([full, web], { ...maxima, isRollout: true })).toEqual({});
  expect(unplaced([full, { ...web, replicas: many(3) }])).toEqual({ web: 1 });
});

test('pods of higher priority get their place first', () => {
  const low = demand({ name: 'low', cpuMillicores: 800 });
  const high = demand({ name: 'high', cpuMillicores: 600, priority: 'services' });
  expect(unplaced([low, high])).toEqual({ low: 3 });
});

test('daemons have been taken off the nodes before', () => {
  expect(place([demand({ kind: 'daemon', nodes: 'every' })], pool, maxima).requested.pods).toBe(0);
});
