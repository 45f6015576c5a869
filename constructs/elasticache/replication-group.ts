/** Redis on nodes of ElastiCache: shards, each a master and its replicas, that find each other in cluster mode. */
import { ElasticacheParameterGroup } from '@cdktf/provider-aws/lib/elasticache-parameter-group';
import {
  ElasticacheReplicationGroup,
  type ElasticacheReplicationGroupConfig,
  type ElasticacheReplicationGroupNodeGroupConfiguration,
} from '@cdktf/provider-aws/lib/elasticache-replication-group';
import { DataResource, Fn } from 'cdktf';
import { Construct } from 'constructs';
import type { AwsAccount } from '../aws/account';
import type { ElasticacheSettings } from '../../environments/elasticache-settings';
import { defaultPorts } from '../redis/names';
import type { ElasticacheAccess } from './access';
import type { ElasticacheLogs } from './logs';
import { families, familyOf, parameterGroup } from './parameter-group';
import { evenSlots, replicationGroupId, shardCount, shardId } from './topology';

export interface ReplicationGroupProps {
  readonly account: AwsAccount;
  readonly settings: ElasticacheSettings;
  /** ARN of the key itself: a group that is given an alias is replaced. */
  readonly keyArn: string;
  readonly access: Pick<ElasticacheAccess, 'subnetGroupName' | 'securityGroupId'>;
  readonly logs: Pick<ElasticacheLogs, 'delivery'>;
  readonly userGroupId: string;
  /** SNS topic, without encryption, for events of ElastiCache. */
  readonly eventTopicArn: string;
}

/** The cluster, with the parameters of its servers. In a global datastore it is one of the datastore's members. */
export class ReplicationGroup extends Construct {
  /** Id of the group, there once it is. */
  readonly groupId: string;
  /** Name that leads to any of the nodes, which tell the rest. It stays as long as the group. */
  readonly host: string;
  /** Name of the group of parameters; undefined in a secondary one, whose parameters are the primary's. */
  readonly parameterGroupName: string | undefined;

  constructor(scope: Construct, id: string, props: ReplicationGroupProps) {
    super(scope, id);
    const { account, settings } = props;
    const { globalDatastore } = settings;
    this.parameterGroupName =
      globalDatastore.kind === 'secondary' ? undefined : this.#parameterGroup(account, settings);
    const group = new ElasticacheReplicationGroup(this, 'group', {
      ...sharedArguments(props),
      ...(globalDatastore.kind === 'secondary'
        ? secondaryArguments(globalDatastore)
        : ownArguments(settings, this.parameterGroupName)),
      finalSnapshotIdentifier: this.#finalSnapshotIdentifier(props),
      lifecycle: {
        preventDestroy: settings.destruction.kind === 'prevented',
        ignoreChanges: changesOfOthers(settings),
      },
    });
    this.groupId = group.replicationGroupId;
    this.host = group.configurationEndpointAddress;
  }

  /**
   * Makes a group for every family, and tells the name of the engine's own. An upgrade may wait for the maintenance
   * window, and servers keep their group until then: in place of another one that group would be in use, and not go.
   */
  #parameterGroup(account: AwsAccount, settings: ElasticacheSettings): string | undefined {
    const groups = families.map((family) => {
      const group = new ElasticacheParameterGroup(this, family, parameterGroup(account, settings, family));
      return [family, group.name] as const;
    });
    return new Map(groups).get(familyOf(settings.engine));
  }

  /**
   * A name that no other snapshot has: with the id of a resource that is made and destroyed with the group, whether all
   * is destroyed or a change replaces the group. With a name that exists ElastiCache refuses to delete the group.
   *
   * ElastiCache is given the name that is in the state: it is there from the first deployment on.
   */
  #finalSnapshotIdentifier({ account, settings, keyArn, access }: ReplicationGroupProps): string {
    const { nodes, size, addresses, globalDatastore } = settings;
    const incarnation = new DataResource(this, 'incarnation', {
      // All that is in the settings or comes from other resources, and replaces the group when it changes.
      triggersReplace: {
        replicationGroupId: replicationGroupId(account),
        keyArn,
        subnetGroupName: access.subnetGroupName,
        nodes: nodes.kind,
        addresses,
        ...(size.kind === 'placed' && { shards: size.shards }),
        ...(globalDatastore.kind === 'secondary' && { datastore: globalDatastore.globalReplicationGroupId }),
      },
    });
    return `${replicationGroupId(account)}-final-${Fn.substr(incarnation.id, 0, 8)}`;
  }
}

/** What a group says in and out of a global datastore. */
function sharedArguments(props: ReplicationGroupProps) {
  const { account, settings, keyArn, access, logs, userGroupId, eventTopicArn } = props;
  return {
    replicationGroupId: replicationGroupId(account),
    description: `Redis of ${account.environment}`,
    automaticFailoverEnabled: true,
    multiAzEnabled: true,
    port: defaultPorts.redis,
    subnetGroupName: access.subnetGroupName,
    securityGroupIds: [access.securityGroupId],
    networkType: settings.addresses === 'ipv4' ? 'ipv4' : 'dual_stack',
    // What the cluster tells its clients: of two families the one that every client has.
    ipDiscovery: 'ipv4',
    kmsKeyId: keyArn,
    userGroupIds: [userGroupId],
    snapshotRetentionLimit: settings.snapshotRetentionDays,
    snapshotWindow: settings.snapshotWindow,
    maintenanceWindow: settings.maintenanceWindow,
    autoMinorVersionUpgrade: String(settings.minorUpgrades === 'automatic'),
    applyImmediately: settings.disruptiveChanges === 'at-deployment',
    notificationTopicArn: eventTopicArn,
    logDeliveryConfiguration: logs.delivery,
    // A step of resharding moves gibibytes; Terraform's own limits are for a handful of nodes.
    timeouts: { create: '120m', update: '360m', delete: '120m' },
  } satisfies Partial<ElasticacheReplicationGroupConfig>;
}

/** What a group decides by itself. */
function ownArguments(settings: ElasticacheSettings, parameterGroupName: string | undefined) {
  const { engine, nodes, seed } = settings;
  return {
    engine: engine.kind,
    engineVersion: engine.version,
    nodeType: nodes.nodeType,
    ...(nodes.kind === 'data-tiering' && { dataTieringEnabled: true }),
    ...(parameterGroupName !== undefined && { parameterGroupName }),
    clusterMode: 'enabled',
    atRestEncryptionEnabled: 'true',
    transitEncryptionEnabled: true,
    transitEncryptionMode: 'required',
    ...sizeArguments(settings),
    ...(seed.kind === 'snapshot' && { snapshotName: seed.name }),
    ...(seed.kind === 'objects' && { snapshotArns: [...seed.arns] }),
  } satisfies Partial<ElasticacheReplicationGroupConfig>;
}

/** What is left to a follower: the datastore says the rest, and ElastiCache refuses to hear it twice. */
function secondaryArguments({
  globalReplicationGroupId,
  replicasPerShard,
}: Extract<ElasticacheSettings['globalDatastore'], { kind: 'secondary' }>) {
  return { globalReplicationGroupId, replicasPerNodeGroup: replicasPerShard };
}

function sizeArguments(settings: ElasticacheSettings): Partial<ElasticacheReplicationGroupConfig> {
  const { size, seed } = settings;
  const numNodeGroups = shardCount(settings);
  if (size.kind === 'placed') {
    return { numNodeGroups, nodeGroupConfiguration: size.shards.map(placedShard) };
  }
  const replicas = size.kind === 'fixed' ? size.replicasPerShard : size.replicasPerShard.minimum;
  return {
    numNodeGroups,
    replicasPerNodeGroup: replicas,
    // From files in S3 ElastiCache makes shards only if it is told the slots of each.
    ...(seed.kind === 'objects' && {
      nodeGroupConfiguration: Array.from({ length: numNodeGroups }, (_, index) => ({
        nodeGroupId: shardId(index),
        slots: evenSlots(index, numNodeGroups),
        replicaCount: replicas,
      })),
    }),
  };
}

type PlacedShard = Extract<ElasticacheSettings['size'], { kind: 'placed' }>['shards'][number];

/** With its id, by which Terraform tells shards apart: without ids all are one to it. */
function placedShard({
  id,
  slots,
  masterZone,
  replicaZones,
}: PlacedShard): ElasticacheReplicationGroupNodeGroupConfiguration {
  return {
    nodeGroupId: id,
    slots,
    primaryAvailabilityZone: masterZone,
    replicaAvailabilityZones: [...replicaZones],
    replicaCount: replicaZones.length,
  };
}

/** What changes without this deployment, or has to do with the first one alone. */
function changesOfOthers({ size, globalDatastore }: ElasticacheSettings): string[] {
  return [
    // A group is filled once: without the setting it was filled by, it would be replaced by an empty one.
    'snapshot_name',
    'snapshot_arns',
    // Shards of a group that isn't placed are where ElastiCache has put them, and more or fewer by and by.
    ...(size.kind === 'placed' ? [] : ['node_group_configuration']),
    ...(size.kind === 'automatic' ? ['num_node_groups', 'replicas_per_node_group'] : []),
    // The datastore changes them, in all its members.
    ...(globalDatastore.kind === 'primary' ? ['engine', 'engine_version', 'node_type', 'num_node_groups'] : []),
  ];
}
