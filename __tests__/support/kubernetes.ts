/** Kubernetes clusters, synthesized. */
import { KubernetesCluster } from '../../constructs/kubernetes/cluster';
import type { NetworkValue } from '../../constructs/network/network';
import type { KubernetesSettings } from '../../environments/kubernetes-settings';
import { synthesizeConstruct, testAccount, type Configuration } from './synthesized-construct';

/** A day on which some versions are in each kind of support, and some are out of both. */
export const testDay = new Date('2026-11-23T12:00:00Z');

/** A network, as its stack passes it on. */
export const testNetworkValue: NetworkValue = {
  vpcId: 'vpc-1',
  cidr: '10.20.0.0/16',
  zones: ['a', 'b', 'c'].map((letter) => ({
    zone: `eu-central-1${letter}`,
    privateSubnetId: `subnet-private-${letter}`,
    databaseSubnetId: `subnet-database-${letter}`,
    publicSubnetId: `subnet-public-${letter}`,
  })),
};

/** Settings of a cluster that is right in all. */
export const testKubernetes: KubernetesSettings = {
  version: '1.35',
  support: 'standard',
  controlPlaneZones: ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'],
  serviceCidr: '172.20.0.0/16',
  endpoint: { kind: 'private', privateCidrs: [] },
  access: {
    administrators: ['arn:aws:iam::111122223333:role/deployment'],
    viewers: ['arn:aws:iam::444455556666:role/people/support'],
  },
  logRetentionDays: 365,
  nodeImage: { kind: 'latest' },
  generalNodes: { instanceType: 'm7g.large', perZone: 1, volumeGibibytes: 50 },
  redisNodes: { kind: 'dedicated', instanceType: 'r7i.large', perZone: 2, volumeGibibytes: 30 },
  addOnVersions: {},
  destruction: { kind: 'prevented' },
};

/** A cluster with some of its settings changed. */
export function kubernetesWith(
  change: Partial<KubernetesSettings> = {},
  network: NetworkValue = testNetworkValue,
): Configuration {
  return synthesizeConstruct((stack) => {
    const settings = { ...testKubernetes, ...change };
    new KubernetesCluster(stack, 'kubernetes', { account: testAccount, settings, network, today: testDay });
  });
}
