import type { Manifest } from '../../../kubernetes/deployment/manifests/manifest';
import { plainRedis } from '../../../kubernetes/deployment/plain-redis';
import { manifestOf } from '../../../kubernetes/deployment/manifests/kinds';
import { claimsOf, ownerOf, volumeOf } from '../../../kubernetes/stand-ins/volumes';
import { planNamed } from '../../support/environment-plans';

const redisOf = (environment: string): readonly Manifest[] => {
  const { resources } = planNamed(environment);
  const claims = resources.filter(({ type }) => type === 'kubernetes_persistent_volume_claim_v1').map(manifestOf);
  const release = resources.find(({ type, values }) => type === 'helm_release' && values.name === 'redis');
  const { chart, values } = release?.values as { readonly chart: string; readonly values: readonly [string] };
  return [
    ...claims,
    ...plainRedis({ name: 'redis', namespace: 'redis', chart, values: JSON.parse(values[0]) as unknown }),
  ];
};

test.each([
  ['staging', 6, '60Gi'],
  ['development', 3, '20Gi'],
])('%s: one volume for each pod, as its claim asks, and none for the template', (environment, pods, size) => {
  const manifests = redisOf(environment);
  const claims = claimsOf(manifests);
  expect(claims).toHaveLength(pods);
  for (const claim of claims) {
    expect(claim.spec.resources.requests.storage).toBe(size);
    expect(ownerOf(claim, manifests)).toEqual({ user: 1001, group: 1001 });
  }
});

test('a volume is kept for its claim, in the zones of its class', () => {
  const [claim] = claimsOf(redisOf('staging'));
  if (!claim) throw new Error('there is no claim');
  expect(volumeOf(claim, '/volumes/one', ['us-east-1a'])).toEqual({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'redis-redis-data-redis-0' },
    spec: {
      capacity: { storage: '60Gi' },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      storageClassName: 'gp3-us-east-1a',
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'redis', name: 'redis-data-redis-0' },
      hostPath: { path: '/volumes/one', type: 'Directory' },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['us-east-1a'] }] },
          ],
        },
      },
    },
  });
  expect(volumeOf(claim, '/volumes/one').spec).not.toHaveProperty('nodeAffinity');
});

test('a claim that no pod uses is an error: its folder has no owner', () => {
  const [claim] = claimsOf(redisOf('staging'));
  if (!claim) throw new Error('there is no claim');
  expect(() => ownerOf(claim, [])).toThrow('no pod uses the claim redis/redis-data-redis-0');
});
