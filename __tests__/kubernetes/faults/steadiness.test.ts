import { nodeFindings, podFindings, waitUntilSteady, workloadFindings } from '../../../kubernetes/faults/steadiness';
import { restartsBetween } from '../../../kubernetes/faults/restarts';

const pod = (uid: string, restartCount = 0, ready = 'True') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: uid, uid },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready }], containerStatuses: [{ restartCount }] },
});

const set = (status: object) => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'redis', generation: 2 },
  spec: { replicas: 6 },
  status: {
    observedGeneration: 2,
    replicas: 6,
    readyReplicas: 6,
    currentRevision: 'a',
    updateRevision: 'a',
    ...status,
  },
});

test('workloads that are whole', () => expect(workloadFindings([set({})])).toEqual([]));

test.each([
  ['a pod is missing', { replicas: 5, readyReplicas: 5 }, 'redis: 5 of 6 pods ready'],
  ['a pod is not ready', { readyReplicas: 5 }, 'redis: 5 of 6 pods ready'],
  ['pods are of two revisions', { updateRevision: 'b' }, 'redis: 6 of 6 pods ready, not all updated'],
  ['its controller has not seen a change', { observedGeneration: 1 }, 'redis: 6 of 6 pods ready'],
])('%s', (_, status, finding) => expect(workloadFindings([set(status)])).toEqual([finding]));

test('pods that are not ready or on their way out, but for those of jobs that are over', () => {
  const deleted = { ...pod('c'), metadata: { name: 'c', uid: 'c', deletionTimestamp: '2026-01-01T00:00:00Z' } };
  const over = { ...pod('d', 0, 'False'), status: { phase: 'Succeeded' } };
  expect(podFindings([pod('a'), pod('b', 0, 'False'), deleted, over])).toEqual([
    'b is not ready',
    'c is being deleted',
  ]);
});

test('nodes that are not ready, or take no pods', () => {
  const node = { ...pod('node-1'), kind: 'Node' };
  const cordoned = { ...node, metadata: { name: 'node-2' }, spec: { unschedulable: true } };
  expect(nodeFindings([node, cordoned, { ...pod('node-3', 0, 'Unknown'), kind: 'Node' }])).toEqual([
    'node-2 is not ready',
    'node-3 is not ready',
  ]);
});

test('restarts of containers, and pods that are others', () => {
  expect(restartsBetween([pod('a', 1), pod('b')], [pod('a', 3), pod('c')])).toEqual({ containers: 2, pods: 1 });
});

test('one look without a finding is not enough', async () => {
  const answers = [[], ['redis-0 is not ready'], [], [], []];
  let look = 0;
  const steady = await waitUntilSteady(
    () => Promise.resolve(answers[look++] ?? ['too many looks']),
    60,
    () => undefined,
  );
  expect(look).toBe(5);
  expect(steady).toEqual({ seconds: 2, findings: [] });
}, 15_000);

test('a look that fails is a finding, and after the limit the last ones are returned', async () => {
  const steady = await waitUntilSteady(
    () => Promise.reject(new Error('no answer')),
    0,
    () => undefined,
  );
  expect(steady).toEqual({ seconds: undefined, findings: ['no answer'] });
});
