/** Redis on ElastiCache: its key, its place in the network, who may log in, logs, the cluster, scaling, a name, alarms. */
import type { Construct } from 'constructs';
import { TerraformOutput, TerraformStack } from 'cdktf';
import type { AwsAccount } from '../constructs/aws/account';
import { useAws, useAwsState } from '../constructs/aws/aws-state';
import { EncryptionKey } from '../constructs/aws/encryption-key';
import type { FunctionBundle } from '../constructs/aws/function-bundle';
import { ElasticacheAccess } from '../constructs/elasticache/access';
import { Autoscaling } from '../constructs/elasticache/autoscaling';
import { GlobalDatastore } from '../constructs/elasticache/global-datastore';
import { ElasticacheLogs } from '../constructs/elasticache/logs';
import { NodeAlarms } from '../constructs/observability/alarms/node-alarms';
import { PrivateName } from '../constructs/elasticache/private-name';
import { ReplicationGroup } from '../constructs/elasticache/replication-group';
import { redisNodes, replicationGroupId, shardCount } from '../constructs/elasticache/topology';
import { ElasticacheUsers } from '../constructs/elasticache/users';
import type { NetworkValue } from '../constructs/network/network';
import type { ManagedRedisEndpoint } from '../constructs/redis/endpoint';
import { defaultPorts } from '../constructs/redis/names';
import { throwViolations } from '../constructs/validation/violations';
import type { BackupSettings } from '../environments/backup-settings';
import { elasticacheViolations } from '../environments/elasticache-rules';
import type { ElasticacheSettings } from '../environments/elasticache-settings';

export interface ElasticacheRedisStackProps {
  readonly account: AwsAccount;
  readonly settings: ElasticacheSettings;
  readonly network: NetworkValue;
  /** Ids of the security groups that may connect, by a name of each: `nodes`, say. */
  readonly clients: Readonly<Record<string, string>>;
  /** Mebibytes of data expected at most, without replicas. */
  readonly datasetMebibytes: number;
  /** What the environment's backups are. */
  readonly backup: BackupSettings['kind'];
  /** SNS topic for alarms. */
  readonly topicArn: string;
  /** SNS topic, without encryption, for events of ElastiCache. */
  readonly eventTopicArn: string;
  /** The program that changes passwords, built. */
  readonly rotationBundle: FunctionBundle;
}

/** What programs, their permissions and the backups need to know of Redis. */
export interface ElasticacheRedisValue {
  readonly endpoint: ManagedRedisEndpoint;
  /** Literal, as are the shards and the nodes. */
  readonly replicationGroupId: string;
  /** Shards that are there at least. */
  readonly shards: number;
  /** Ids of all nodes that are always there: `production-redis-0001-001`. */
  readonly nodeIds: readonly string[];
  /** ARN of the key that data, logs and passwords are encrypted with: who reads a password decrypts with it. */
  readonly keyArn: string;
  readonly securityGroupId: string;
}

/**
 * ElastiCache promotes a replica within some seconds, typically; this is what clients are to outlast. Source: "Minimizing
 * downtime in ElastiCache by using Multi-AZ" of the ElastiCache guide.
 */
const failoverMilliseconds = 30_000;

/** @throws ViolationsError if settings contradict each other or the network */
export class ElasticacheRedisStack extends TerraformStack {
  readonly redis: ElasticacheRedisValue;

  constructor(scope: Construct, id: string, props: ElasticacheRedisStackProps) {
    super(scope, id);
    const { account, settings, network, clients, topicArn, eventTopicArn, rotationBundle } = props;
    const zones = props.network.zones.map(({ zone }) => zone);
    throwViolations(this.node.path, elasticacheViolations(settings, { ...props, zones }));
    useAwsState(this, account);
    useAws(this, account);
    const name = replicationGroupId(account);
    const preventDestroy = settings.destruction.kind === 'prevented';
    const { arn: keyArn } = new EncryptionKey(this, 'key', {
      account,
      name: 'redis',
      // Snapshots that outlive Redis, the last one too, can be restored as long as the key is there.
      description: `Redis of ${account.environment}: data, snapshots, logs, passwords`,
      services: [`logs.${account.region}.amazonaws.com`],
      preventDestroy,
    });
    const access = new ElasticacheAccess(this, 'access', { account, network, clients });
    const users = new ElasticacheUsers(this, 'users', {
      account,
      name,
      kind: 'elasticache',
      users: settings.users,
      keyArn,
      topicArn,
      rotationBundle,
      preventDestroy,
    });
    const logs = new ElasticacheLogs(this, 'logs', { account, retentionDays: settings.logRetentionDays, keyArn });
    const { userGroupId } = users;
    const group = new ReplicationGroup(this, 'redis', {
      account,
      settings,
      keyArn,
      access,
      logs,
      userGroupId,
      eventTopicArn,
    });
    this.#addWhatIsChosen(props, group);
    const nodes = redisNodes(name, settings);
    new NodeAlarms(this, 'alarms', { settings, nodes, topicArn });
    this.redis = {
      endpoint: {
        topology: 'cluster',
        clusterName: name,
        seeds: [{ host: group.host, port: defaultPorts.redis }],
        credentials: users.credentials,
        failoverMilliseconds,
      },
      replicationGroupId: name,
      shards: shardCount(settings),
      nodeIds: nodes.filter(({ presence }) => presence === 'always').map((node) => node.id),
      keyArn,
      securityGroupId: access.securityGroupId,
    };
    new TerraformOutput(this, 'address', { value: group.host, description: 'Where Redis is; TLS only' });
  }

  #addWhatIsChosen({ account, settings, network }: ElasticacheRedisStackProps, group: ReplicationGroup): void {
    const { size, nodes, globalDatastore, privateName } = settings;
    if (size.kind === 'automatic' && globalDatastore.kind !== 'secondary') {
      new Autoscaling(this, 'autoscaling', { replicationGroupId: group.groupId, size, nodes: nodes.kind });
    }
    if (globalDatastore.kind === 'primary') {
      const { suffix } = globalDatastore;
      const datastore = new GlobalDatastore(this, 'global', { account, settings, suffix, group });
      new TerraformOutput(this, 'global-datastore', {
        value: datastore.globalReplicationGroupId,
        description: 'Full name of the global datastore, for the settings of a secondary one',
      });
    }
    if (privateName.kind === 'private-zone') {
      const { zone } = privateName;
      const { name } = new PrivateName(this, 'name', { account, vpcId: network.vpcId, zone, target: group.host });
      new TerraformOutput(this, 'private-name', {
        value: name,
        description: 'A name that stays; expect the name of the address in the certificate',
      });
    }
  }
}
