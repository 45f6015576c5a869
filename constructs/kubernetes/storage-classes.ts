/** What kinds of volumes pods can have. */
import { StorageClassV1 } from '@cdktf/provider-kubernetes/lib/storage-class-v1';
import { Construct } from 'constructs';
import { defaultStorageClass, zoneStorageClass } from './storage-class-names';

/**
 * A class whose volumes are in one zone: each is made when its pod is placed, the scheduler places a pod only where the class
 * of its claim allows it, and a volume stays when its claim is deleted.
 */
export const inZone = (zone: string) => ({
  volumeBindingMode: 'WaitForFirstConsumer',
  reclaimPolicy: 'Retain',
  allowedTopologies: { matchLabelExpressions: [{ key: 'topology.kubernetes.io/zone', values: [zone] }] },
});

export interface StorageClassesProps {
  readonly zones: readonly string[];
  /** ARN of the KMS key of volumes. */
  readonly volumeKeyArn: string;
}

/**
 * Encrypted gp3 volumes that can grow: a class for any zone, whose volumes go with their claim, and one for each zone,
 * for data: their volumes stay when the claim is deleted, until somebody deletes them.
 *
 * A volume is made when its first pod is placed, in that pod's zone. A class is never changed, only replaced, and
 * volumes keep what they were made with.
 */
export class StorageClasses extends Construct {
  constructor(scope: Construct, id: string, { zones, volumeKeyArn }: StorageClassesProps) {
    super(scope, id);
    const shared = {
      storageProvisioner: 'ebs.csi.aws.com',
      volumeBindingMode: 'WaitForFirstConsumer',
      allowVolumeExpansion: true,
      parameters: { type: 'gp3', encrypted: 'true', kmsKeyId: volumeKeyArn },
    };
    new StorageClassV1(this, 'default', {
      ...shared,
      metadata: {
        name: defaultStorageClass,
        annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
      },
      reclaimPolicy: 'Delete',
    });
    for (const zone of zones) {
      new StorageClassV1(this, zone, {
        ...shared,
        metadata: { name: zoneStorageClass(zone) },
        ...inZone(zone),
      });
    }
  }
}
