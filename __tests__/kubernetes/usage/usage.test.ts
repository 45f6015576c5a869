import { numberOf } from '../../../kubernetes/usage/quantity';
import { UsageTable, usageTable, workloadOf, type PodSpec } from '../../../kubernetes/usage/usage';

test.each([
  ['250m', 0.25],
  ['1', 1],
  ['1500000n', 0.0015],
  ['64Mi', 64 * 2 ** 20],
  ['1.5Gi', 1.5 * 2 ** 30],
])('%s is %d', (quantity, expected) => {
  expect(numberOf(quantity)).toBeCloseTo(expected);
});

test.each(['', 'm', '12 Mi', '1Xi'])("'%s' is refused", (quantity) => {
  expect(() => numberOf(quantity)).toThrow('is no quantity of Kubernetes');
});

const pod = (name: string, owner: { kind: string; name: string }): PodSpec => ({
  metadata: { name, namespace: 'application', ownerReferences: [owner] },
  spec: {
    containers: [
      { name: 'api', resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '384Mi' } } },
    ],
  },
});

const apis = ['api-5d4f-aaaaa', 'api-5d4f-bbbbb'].map((name) => pod(name, { kind: 'ReplicaSet', name: 'api-5d4f' }));

const metrics = (name: string, cpu: string, memory: string) => ({
  metadata: { name, namespace: 'application' },
  containers: [{ name: 'api', usage: { cpu, memory } }],
});

test('pods of a Deployment are one row: mean of all samples, highest of one pod', () => {
  const table = new UsageTable();
  table.add([metrics('api-5d4f-aaaaa', '100m', '100Mi'), metrics('api-5d4f-bbbbb', '20m', '140Mi')], apis);
  table.add([metrics('api-5d4f-aaaaa', '30m', '90Mi')], apis);
  expect(table.rows()).toEqual([
    {
      workload: 'application/api',
      container: 'api',
      pods: 2,
      cpu: { requested: 50, mean: 50, highest: 100 },
      memory: { requested: 128, highest: 140, limit: 384 },
    },
  ]);
});

test('a pod that has gone since it was sampled is left out', () => {
  const table = new UsageTable();
  table.add([metrics('api-5d4f-ccccc', '100m', '100Mi')], apis);
  expect(table.rows()).toEqual([]);
});

test('the workload of a pod is its owner; a ReplicaSet stands for its Deployment', () => {
  expect(workloadOf(pod('redis-0', { kind: 'StatefulSet', name: 'redis' }))).toBe('application/redis');
  expect(workloadOf(pod('x', { kind: 'ReplicaSet', name: 'api-5d4f' }))).toBe('application/api');
});

test('the table has a line for each row', () => {
  const table = new UsageTable();
  table.add([metrics('api-5d4f-aaaaa', '100m', '100Mi')], apis);
  expect(usageTable(table.rows()).split('\n').at(-1)).toBe(
    '| application/api | api | 1 | 50 | 100 | 100 | 128 | 100 | 384 |',
  );
});
