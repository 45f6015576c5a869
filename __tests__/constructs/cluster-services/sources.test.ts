import {
  chartRepository,
  fullRepository,
  imageReference,
  ownRegistry,
  pinnedTag,
} from '../../../constructs/cluster-services/sources';
import type { ClusterServicesSettings } from '../../../environments/cluster-services-settings';
import { testDigest } from '../../support/cluster-services';
import { reason } from '../../support/network';
import { testAccount } from '../../support/synthesized-construct';

type Source = ClusterServicesSettings['source'];

const own: Source = { kind: 'mirror', registry: { kind: 'own' }, prefix: 'mirror' };
const other: Source = { kind: 'mirror', registry: { kind: 'other', host: 'registry.example' }, prefix: 'a/b' };
const upstream: Source = { kind: 'upstream', reason };
const pins = { image: 'v1.2.3', digests: {} };

test.each<[string, Source, string, string]>([
  [
    'its own mirror',
    own,
    'oci://111122223333.dkr.ecr.eu-central-1.amazonaws.com/mirror/charts',
    '111122223333.dkr.ecr.eu-central-1.amazonaws.com/mirror/ghcr.io/kedacore/keda',
  ],
  ['another mirror', other, 'oci://registry.example/a/b/charts', 'registry.example/a/b/ghcr.io/kedacore/keda'],
  ['the makers', upstream, 'https://kedacore.github.io/charts', 'ghcr.io/kedacore/keda'],
])('an environment takes charts and images of %s', (_, source, repository, image) => {
  expect(chartRepository(source, testAccount, 'keda')).toBe(repository);
  expect(fullRepository(imageReference(source, testAccount, 'kedaOperator', pins))).toBe(image);
});

test('an image in parts', () => {
  expect(imageReference(own, testAccount, 'traefik', pins)).toEqual({
    registry: '111122223333.dkr.ecr.eu-central-1.amazonaws.com/mirror',
    repository: 'docker.io/library/traefik',
    tag: 'v1.2.3',
  });
  expect(imageReference(upstream, testAccount, 'traefik', pins)).toEqual({
    registry: 'docker.io',
    repository: 'library/traefik',
    tag: 'v1.2.3',
  });
});

test('a digest is that of its own image alone', () => {
  const digests = { kedaOperator: testDigest };
  const operator = imageReference(own, testAccount, 'kedaOperator', { ...pins, digests });
  const webhooks = imageReference(own, testAccount, 'kedaWebhooks', { ...pins, digests });
  expect([operator, webhooks].map(pinnedTag)).toEqual([`v1.2.3@${testDigest}`, 'v1.2.3']);
});

test.each([
  ['eu-central-1', '111122223333.dkr.ecr.eu-central-1.amazonaws.com'],
  ['us-gov-west-1', '111122223333.dkr.ecr.us-gov-west-1.amazonaws.com'],
  ['cn-north-1', '111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn'],
])('the registry of an account in %s', (region, host) => {
  expect(ownRegistry({ accountId: '111122223333', region })).toBe(host);
});
