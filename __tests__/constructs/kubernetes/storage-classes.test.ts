import { zoneStorageClass } from '../../../constructs/kubernetes/storage-class-names';
import { StorageClasses } from '../../../constructs/kubernetes/storage-classes';
import { resourcesOf, synthesizeConstruct, type Arguments } from '../../support/synthesized-construct';

const keyArn = 'arn:aws:kms:eu-central-1:111122223333:key/1';

/** Classes by name. */
function classesOf(...zones: string[]): Readonly<Record<string, Arguments>> {
  const configuration = synthesizeConstruct((stack) => {
    new StorageClasses(stack, 'storage', { zones, volumeKeyArn: keyArn });
  });
  return Object.fromEntries(
    Object.values(resourcesOf(configuration, 'kubernetes_storage_class_v1')).map((resource) => [
      (resource.metadata as { readonly name: string }).name,
      resource,
    ]),
  );
}

const classes = classesOf('eu-central-1a', 'eu-central-1b');

test('all are encrypted, can grow, and wait for the pod', () => {
  expect(Object.keys(classes).sort()).toEqual(['gp3', 'gp3-eu-central-1a', 'gp3-eu-central-1b']);
  for (const resource of Object.values(classes)) {
    expect(resource).toMatchObject({
      storage_provisioner: 'ebs.csi.aws.com',
      volume_binding_mode: 'WaitForFirstConsumer',
      allow_volume_expansion: true,
      parameters: { type: 'gp3', encrypted: 'true', kmsKeyId: keyArn },
    });
  }
});

test('one is the default, in any zone', () => {
  const annotated = Object.entries(classes).filter(([, { metadata }]) => 'annotations' in (metadata as object));
  expect(annotated.map(([name]) => name)).toEqual(['gp3']);
  expect(classes.gp3).toMatchObject({
    metadata: { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    reclaim_policy: 'Delete',
  });
  expect(classes.gp3).not.toHaveProperty('allowed_topologies');
});

test('one of a zone is for that zone, and keeps volumes without a claim', () => {
  expect(classes[zoneStorageClass('eu-central-1b')]).toMatchObject({
    reclaim_policy: 'Retain',
    allowed_topologies: {
      match_label_expressions: [{ key: 'topology.kubernetes.io/zone', values: ['eu-central-1b'] }],
    },
  });
});
