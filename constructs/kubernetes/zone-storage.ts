/** Storage classes for volumes in one zone, of a provisioner that the cluster has. */
import { StorageClassV1 } from '@cdktf/provider-kubernetes/lib/storage-class-v1';
import { Construct } from 'constructs';
import type { ExistingClusterSettings } from '../../environments/existing-cluster-settings';
import { inZone } from './storage-classes';

/** Name of the class for volumes in a zone. */
export const zoneVolumes = (zone: string) => `redis-platform-${zone.toLowerCase()}`;

export interface ZoneStorageProps {
  readonly zones: readonly string[];
  readonly storage: ExistingClusterSettings['storage'];
}

/** A class for each zone, whatever the provisioner knows of zones. A class is never changed, only replaced. */
export class ZoneStorage extends Construct {
  constructor(scope: Construct, id: string, { zones, storage }: ZoneStorageProps) {
    super(scope, id);
    const { provisioner, parameters, expandable } = storage;
    for (const zone of zones) {
      new StorageClassV1(this, zone, {
        metadata: { name: zoneVolumes(zone) },
        storageProvisioner: provisioner,
        parameters: { ...parameters },
        allowVolumeExpansion: expandable,
        ...inZone(zone),
      });
    }
  }
}
