/** Services of a cluster, as tests want them. */
import type { KubernetesValue } from '../../constructs/kubernetes/cluster';
import { defaultClusterServices, defaultGateway } from '../../environments/cluster-services-defaults';
import type { ClusterServicesSettings } from '../../environments/cluster-services-settings';

/** Settings that are right in all. */
export const testClusterServices: ClusterServicesSettings = {
  ...defaultClusterServices,
  gateway: {
    ...defaultGateway,
    loadBalancer: { kind: 'internal', clientCidrs: ['10.0.0.0/8'] },
    hostNames: ['api.test.example'],
    certificate: { kind: 'platform' },
  },
};

/** A certificate of the test account. */
export const testCertificateArn =
  'arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012';

/** A digest of an image. */
export const testDigest = `sha256:${'0123456789abcdef'.repeat(4)}`;

/** Where the services run. */
export const testAddresses = { networkCidr: '10.20.0.0/16', serviceCidr: '172.20.0.0/16' };

/** A cluster, as its stack passes it on. */
export const testKubernetesValue: KubernetesValue = {
  clusterName: 'test-eks',
  clusterArn: 'arn:aws:eks:eu-central-1:111122223333:cluster/test-eks',
  endpoint: 'https://test.eks.example',
  certificateAuthority: 'dGVzdA==',
  nodeSecurityGroupId: 'sg-1',
  volumeKeyArn: 'arn:aws:kms:eu-central-1:111122223333:key/1',
};
