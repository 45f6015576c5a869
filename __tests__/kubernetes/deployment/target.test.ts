import type { Kubectl, LiveObject } from '../../../kubernetes/deployment/kubectl';
import { manifestOf } from '../../../kubernetes/deployment/manifests/kinds';
import { isOfCloud, requireLocalCluster, requireNodes, requireZones } from '../../../kubernetes/deployment/target';
import { secondsOf, timeoutSeconds } from '../../../kubernetes/deployment/timeouts';
import { planNamed } from '../../support/environment-plans';

interface Node {
  readonly zone?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly providerID?: string;
}

/** A cluster, as far as its nodes are asked for. */
const clusterOf = (nodes: readonly Node[]) =>
  ({
    list: () =>
      Promise.resolve(
        nodes.map(({ zone, labels, providerID }, index): LiveObject => ({
          apiVersion: 'v1',
          kind: 'Node',
          metadata: {
            name: `node-${index + 1}`,
            labels: { ...labels, ...(zone !== undefined && { 'topology.kubernetes.io/zone': zone }) },
          },
          spec: { ...(providerID !== undefined && { providerID }) },
        })),
      ),
  }) as unknown as Kubectl;

test('a cluster of a cloud is refused: stand-ins would take the places of real services', async () => {
  await expect(requireLocalCluster(clusterOf([{}, {}]))).resolves.toBeUndefined();
  await expect(requireLocalCluster(clusterOf([{}, { providerID: 'aws:///us-east-1a/i-0' }]))).rejects.toThrow(
    '--kubeconfig: the node node-2 is of a cloud (aws:///us-east-1a/i-0)',
  );
});

test.each([
  ['aws:///us-east-1a/i-0123456789abcdef0', true],
  ['gce://project/zone/node', true],
  ['kind://docker/kind/kind-worker', false],
  ['k3s://server-0', false],
  ['', false],
  [undefined, false],
])('a node whose provider is %p is of a cloud: %p', (id, expected) => {
  expect(isOfCloud(id)).toBe(expected);
});

test('nodes have to be in the zones of the storage classes', async () => {
  const classes = planNamed('staging')
    .resources.filter(({ type }) => type === 'kubernetes_storage_class_v1')
    .map(manifestOf);
  const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
  await expect(requireZones(clusterOf(zones.map((zone) => ({ zone }))), classes)).resolves.toBeUndefined();
  await expect(requireZones(clusterOf([{ zone: 'us-east-1a' }, { zone: 'eu-west-1b' }]), classes)).rejects.toThrow(
    'no node is in the zones us-east-1b, us-east-1c: start the cluster with ZONES=us-east-1a,us-east-1b,us-east-1c',
  );
});

test('there have to be as many nodes as a StatefulSet has pods that select them', async () => {
  const pods = (replicas: number) => ({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'redis', namespace: 'redis' },
    spec: { replicas, template: { spec: { nodeSelector: { dedicated: 'redis' } } } },
  });
  const cluster = clusterOf([{ labels: { dedicated: 'redis' } }, { labels: { dedicated: 'redis' } }, {}]);
  await expect(requireNodes(cluster, [pods(2)])).resolves.toBeUndefined();
  await expect(requireNodes(cluster, [pods(3)])).rejects.toThrow(
    'the 3 pods of redis are to be on nodes with the label dedicated=redis, and there are 2: start the cluster with DEDICATED_NODES=3',
  );
});

test('waits are as long as the resource says, or as the provider does', () => {
  const { stacks, resources } = planNamed('staging');
  const seconds = (stack: string, type: string, name: RegExp) => {
    const file = stacks.find((one) => one.name === stack);
    const resource = resources.find((one) => one.stack === stack && one.type === type && name.test(one.id));
    if (!file || !resource) throw new Error(`${stack} has no ${type}`);
    return timeoutSeconds(file, resource);
  };
  expect(seconds('staging-application', 'kubernetes_deployment_v1', /worker/)).toBe(1_200);
  expect(seconds('staging-redis', 'kubernetes_job_v1', /arrange/)).toBe(3_660);
  expect(seconds('staging-redis', 'helm_release', /redis_release_chart/)).toBe(3_960);
  expect(seconds('staging-application', 'kubernetes_service_v1', /worker/)).toBe(600);
});

test.each([
  ['20m', 1_200],
  ['180s', 180],
  ['1h30m', 5_400],
])('%s', (duration, expected) => {
  expect(secondsOf(duration)).toBe(expected);
});

test.each(['', '20', 'm20', '20 m', '1d'])("'%s' is no duration", (duration) => {
  expect(() => secondsOf(duration)).toThrow(`'${duration}' is no duration`);
});
