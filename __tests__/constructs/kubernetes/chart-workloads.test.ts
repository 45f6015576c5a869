import { chartPods, type ChartWorkload } from '../../../constructs/kubernetes/chart-workloads';

const values = {
  replicas: 2,
  bounds: { from: 3, to: 9 },
  resources: { requests: { cpu: '50m', memory: '256Mi' } },
  sidecars: [{ resources: { requests: { cpu: '25m', memory: '64Mi' } } }],
  spread: [{ topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule' }],
  preferred: [{ topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway' }],
  affinity: 'hard',
  whole: { requests: { cpu: '1', memory: '1Gi' } },
};

const workload: ChartWorkload = { name: 'web', kind: 'deployment', replicas: 'replicas', containers: ['resources'] };

const podsOf = (change: Partial<ChartWorkload> = {}) =>
  chartPods(values, [{ ...workload, ...change }], { namespace: 'test', priority: 'services' })[0];

test('pods that may be anywhere', () => {
  expect(podsOf()).toEqual({
    name: 'web',
    namespace: 'test',
    kind: 'deployment',
    nodes: 'general',
    priority: 'services',
    replicas: { minimum: 2, maximum: 2 },
    cpuMillicores: 50,
    memoryMebibytes: 256,
    overZones: false,
    oneANode: false,
    zoneBound: false,
  });
});

test('requests of a pod are those of all its containers', () => {
  expect(podsOf({ containers: ['resources', 'sidecars.0.resources'] })).toMatchObject({
    cpuMillicores: 75,
    memoryMebibytes: 320,
  });
});

test.each<[string, Partial<ChartWorkload>, object]>([
  ['bounds', { replicas: { minimum: 'bounds.from', maximum: 'bounds.to' } }, { replicas: { minimum: 3, maximum: 9 } }],
  ['a number of the chart itself', { replicas: 1 }, { replicas: { minimum: 1, maximum: 1 } }],
  ['a spread that is required', { spread: 'spread' }, { overZones: true }],
  ['a spread that is preferred', { spread: 'preferred' }, { overZones: false }],
  ['affinity that is required', { apart: 'affinity' }, { oneANode: true }],
  ["the chart's own affinity", { apart: true }, { oneANode: true }],
])('%s', (_, change, expected) => {
  expect(podsOf(change)).toMatchObject(expected);
});

test.each<[Partial<ChartWorkload>, string]>([
  [{ replicas: 'replica' }, 'replica is undefined; expected a number'],
  [{ containers: ['web.resources'] }, 'web.resources.requests.cpu is undefined; expected a whole number of m'],
  [{ containers: ['whole'] }, 'whole.requests.cpu is "1"; expected a whole number of m'],
  [{ spread: 'spreads' }, 'spreads is undefined; expected a list of topology spread constraints'],
  [{ apart: 'affinities' }, "affinities is undefined; expected 'hard' or 'soft'"],
])('%j is an error, not zero', (change, message) => {
  expect(() => podsOf(change)).toThrow(message);
});
