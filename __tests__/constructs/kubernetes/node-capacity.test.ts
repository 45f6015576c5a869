import { instanceSize, knownFamilies, largerTypes } from '../../../constructs/kubernetes/instance-sizes';
import { allocatable, beside } from '../../../constructs/kubernetes/node-capacity';
import type { PodDemand } from '../../../constructs/kubernetes/pod-demand';
import { systemPods } from '../../../constructs/kubernetes/system-pods';

/** Memory: 92.5 % of what is on the label, less 255 + 11 × pods for the kubelet and 100 for evictions. */
test.each([
  ['m7g.medium', { cpuMillicores: 940, memoryMebibytes: 3_345, pods: 8 }],
  ['m7g.large', { cpuMillicores: 1_930, memoryMebibytes: 6_903, pods: 29 }],
  ['m7g.xlarge', { cpuMillicores: 3_920, memoryMebibytes: 14_162, pods: 58 }],
  ['c7g.xlarge', { cpuMillicores: 3_920, memoryMebibytes: 6_584, pods: 58 }],
  ['r7g.medium', { cpuMillicores: 940, memoryMebibytes: 7_134, pods: 8 }],
  ['r7i.large', { cpuMillicores: 1_930, memoryMebibytes: 14_481, pods: 29 }],
  ['t4g.medium', { cpuMillicores: 1_930, memoryMebibytes: 3_246, pods: 17 }],
  ['t3.large', { cpuMillicores: 1_930, memoryMebibytes: 6_837, pods: 35 }],
  // There are addresses for 234 pods: a managed node group stops at 110, and from 30 processors on at 250.
  ['m7i.4xlarge', { cpuMillicores: 15_890, memoryMebibytes: 59_055, pods: 110 }],
  ['m7i.8xlarge', { cpuMillicores: 31_850, memoryMebibytes: 118_312, pods: 234 }],
  ['m8g.16xlarge', { cpuMillicores: 63_770, memoryMebibytes: 239_378, pods: 250 }],
])('%s', (instanceType, expected) => {
  expect(allocatable(instanceType)).toEqual(expected);
});

test.each(['m7g.metal', 'm8i.large', 'x2gd.large', 'm7i.medium', 'm7g.48xlarge'])('%s is not known', (instanceType) => {
  expect(instanceSize(instanceType)).toBeUndefined();
  expect(allocatable(instanceType)).toBeUndefined();
  expect(largerTypes(instanceType)).toEqual([]);
});

test('larger types are of the same family, the smallest first', () => {
  expect(largerTypes('r7g.4xlarge')).toEqual(['r7g.8xlarge', 'r7g.12xlarge', 'r7g.16xlarge']);
  expect(largerTypes('t4g.medium')).toEqual(['t4g.large', 't4g.xlarge', 't4g.2xlarge']);
});

test('families that this project names elsewhere are known', () => {
  expect(knownFamilies).toEqual(expect.arrayContaining(['m7g', 'r7g', 'm8g', 'r8g', 'm7i', 'r7i', 't4g', 't3', 'c7g']));
});

test('daemons are taken off each node, one pod each', () => {
  const daemons: readonly PodDemand[] = systemPods.filter(({ nodes }) => nodes === 'every');
  expect(daemons.map(({ name }) => name).sort()).toEqual([
    'aws-node',
    'ebs-csi-node',
    'eks-pod-identity-agent',
    'kube-proxy',
  ]);
  expect(beside(daemons, { cpuMillicores: 1_930, memoryMebibytes: 6_903, pods: 29 })).toEqual({
    cpuMillicores: 1_750,
    memoryMebibytes: 6_783,
    pods: 25,
  });
});
