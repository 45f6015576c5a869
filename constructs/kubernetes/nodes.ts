/** All nodes of a cluster. */
import type { EksCluster } from '@cdktf/provider-aws/lib/eks-cluster';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { KubernetesSettings } from '../../environments/kubernetes-settings';
import type { AwsAccount } from '../aws/account';
import type { NetworkValue } from '../network/network';
import { NodeGroup } from './node-group';
import { NodeRole } from './node-role';
import { redisNodeLabels, redisNodeTaint } from './redis-nodes';

export interface NodesProps {
  readonly account: AwsAccount;
  readonly settings: KubernetesSettings;
  readonly cluster: EksCluster;
  readonly network: NetworkValue;
  readonly securityGroupId: string;
  readonly volumeKeyArn: string;
  /** What has to be there first: without the network's add-on nodes never become ready. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * One group over all zones for everything that may run anywhere, and one in each zone for Redis: a pod's volume is in
 * one zone, and a group over several would replace a lost node in another. The groups for Redis are made, and changed,
 * one zone after another, so that no two zones replace nodes at a time.
 */
export class Nodes extends Construct {
  /** The groups that pods without a toleration run on. */
  readonly general: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: NodesProps) {
    super(scope, id);
    const { account, settings, cluster, network, securityGroupId, volumeKeyArn } = props;
    const { generalNodes: general, redisNodes: redis } = settings;
    const role = new NodeRole(this, 'role', { account });
    const shared = {
      account,
      clusterName: cluster.name,
      kubernetesVersion: settings.version,
      nodeImage: settings.nodeImage,
      roleArn: role.arn,
      securityGroupId,
      volumeKeyArn,
    };
    const first = [...props.dependsOn, ...role.permissions];
    const { group } = new NodeGroup(this, 'general', {
      ...shared,
      name: 'general',
      instanceType: general.instanceType,
      nodes: general.perZone * network.zones.length,
      volumeGibibytes: general.volumeGibibytes,
      subnetIds: network.zones.map(({ privateSubnetId }) => privateSubnetId),
      labels: { workload: 'general' },
      unavailable: { maxUnavailablePercentage: 33 },
      dependsOn: first,
    });
    this.general = [group];
    if (redis.kind === 'none') return;
    let previous: readonly ITerraformDependable[] = [];
    for (const { zone, privateSubnetId } of network.zones) {
      const { group: ofZone } = new NodeGroup(this, `redis-${zone}`, {
        ...shared,
        name: `redis-${zone}`,
        instanceType: redis.instanceType,
        nodes: redis.perZone,
        volumeGibibytes: redis.volumeGibibytes,
        subnetIds: [privateSubnetId],
        labels: redisNodeLabels,
        taints: [redisNodeTaint],
        unavailable: { maxUnavailable: 1 },
        dependsOn: [...first, ...previous],
      });
      previous = [ofZone];
    }
  }
}
