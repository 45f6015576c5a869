/** Makes a group the primary one of a global datastore, which others in other regions follow. */
import { ElasticacheGlobalReplicationGroup } from '@cdktf/provider-aws/lib/elasticache-global-replication-group';
import { Construct } from 'constructs';
import type { AwsAccount } from '../aws/account';
import type { ElasticacheSettings } from '../../environments/elasticache-settings';
import type { ReplicationGroup } from './replication-group';
import { shardCount } from './topology';

export interface GlobalDatastoreProps {
  readonly account: AwsAccount;
  readonly settings: ElasticacheSettings;
  /** Last part of its name. */
  readonly suffix: string;
  readonly group: Pick<ReplicationGroup, 'groupId' | 'parameterGroupName'>;
}

/**
 * It takes engine, type of nodes and shards from the group at first, and then changes them in all members. Such changes
 * take place during the deployment, whatever the settings say of changes: ElastiCache knows no window for them.
 */
export class GlobalDatastore extends Construct {
  /** Full name, with AWS' prefix: what a secondary's settings need. */
  readonly globalReplicationGroupId: string;

  constructor(scope: Construct, id: string, { account, settings, suffix, group }: GlobalDatastoreProps) {
    super(scope, id);
    const { engine, nodes, destruction } = settings;
    this.globalReplicationGroupId = new ElasticacheGlobalReplicationGroup(this, 'datastore', {
      globalReplicationGroupIdSuffix: suffix,
      globalReplicationGroupDescription: `Redis of ${account.environment}, and its copies in other regions`,
      primaryReplicationGroupId: group.groupId,
      engine: engine.kind,
      engineVersion: engine.version,
      cacheNodeType: nodes.nodeType,
      numNodeGroups: shardCount(settings),
      // Named by the family: it changes with the engine's major version, which is the only time that it may.
      ...(group.parameterGroupName !== undefined && { parameterGroupName: group.parameterGroupName }),
      lifecycle: {
        preventDestroy: destruction.kind === 'prevented',
        // Another member becomes the primary one when this region is lost. That must not replace the datastore.
        ignoreChanges: ['primary_replication_group_id'],
      },
    }).globalReplicationGroupId;
  }
}
