/** The disks of pods: a claim for each, made before the pod, which says in which zone the pod runs for good. No other claims. */
import { PersistentVolumeClaimV1 } from '@cdktf/provider-kubernetes/lib/persistent-volume-claim-v1';
import { ResourceQuotaV1 } from '@cdktf/provider-kubernetes/lib/resource-quota-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { claimName, redisNamespace, redisPodLabels, templateStorageClass } from './names';
import { zonesOfPods } from './placement';

export interface RedisClaimsProps {
  /** Names of pods, by ordinal. */
  readonly pods: readonly string[];
  readonly zones: readonly string[];
  /** Name of the storage class of volumes in a zone. */
  readonly storageClassOf: (zone: string) => string;
  readonly gibibytes: number;
  readonly preventDestroy: boolean;
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * A volume is made when its pod is placed, so that a claim is bound only then. A larger size grows the volume while it is
 * used. Fewer pods would destroy claims, which Terraform refuses; their volumes stay in any case.
 */
export class RedisClaims extends Construct {
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: RedisClaimsProps) {
    super(scope, id);
    const { pods, zones, storageClassOf, gibibytes, preventDestroy, dependsOn } = props;
    const quota = this.#noClaimsByTemplate(dependsOn);
    const zoneOf = zonesOfPods(pods.length, zones);
    this.dependables = pods.map(
      (pod, ordinal) =>
        new PersistentVolumeClaimV1(this, pod, {
          metadata: { name: claimName(pod), namespace: redisNamespace, labels: { ...redisPodLabels } },
          spec: {
            accessModes: ['ReadWriteOnce'],
            storageClassName: storageClassOf(zoneOf[ordinal] ?? ''),
            resources: { requests: { storage: `${gibibytes}Gi` } },
          },
          waitUntilBound: false,
          lifecycle: { preventDestroy },
          dependsOn: [...dependsOn, quota],
        }),
    );
  }

  /**
   * The StatefulSet makes a claim that is missing by its template, within moments of a pod's end: of another size, and in any
   * zone. It may not, so that a pod whose claim was deleted waits for the one that a deployment makes.
   */
  #noClaimsByTemplate(dependsOn: readonly ITerraformDependable[]) {
    return new ResourceQuotaV1(this, 'no-claims-by-template', {
      metadata: { name: 'no-claims-by-template', namespace: redisNamespace },
      spec: { hard: { [`${templateStorageClass}.storageclass.storage.k8s.io/persistentvolumeclaims`]: '0' } },
      dependsOn: [...dependsOn],
    });
  }
}
