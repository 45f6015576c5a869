/** Redis without nodes, on ElastiCache Serverless: its key, its users, the cache in the network, alarms. */
import type { Construct } from 'constructs';
import { TerraformOutput, TerraformStack } from 'cdktf';
import type { AwsAccount } from '../constructs/aws/account';
import { useAws, useAwsState } from '../constructs/aws/aws-state';
import { EncryptionKey } from '../constructs/aws/encryption-key';
import type { FunctionBundle } from '../constructs/aws/function-bundle';
import { PrivateName } from '../constructs/elasticache/private-name';
import { ServerlessAlarms } from '../constructs/observability/alarms/serverless-alarms';
import { ServerlessCache } from '../constructs/elasticache/serverless-cache';
import { ElasticacheUsers } from '../constructs/elasticache/users';
import type { NetworkValue } from '../constructs/network/network';
import type { ManagedRedisEndpoint } from '../constructs/redis/endpoint';
import { platformName, serverlessPorts } from '../constructs/redis/names';
import { throwViolations } from '../constructs/validation/violations';
import type { BackupSettings } from '../environments/backup-settings';
import { elasticacheServerlessViolations } from '../environments/elasticache-rules';
import type { ElasticacheServerlessSettings } from '../environments/elasticache-settings';

export interface ElasticacheServerlessStackProps {
  readonly account: AwsAccount;
  readonly settings: ElasticacheServerlessSettings;
  readonly network: NetworkValue;
  /** Ids of the security groups that may connect, by a name of each: `nodes`, say. */
  readonly clients: Readonly<Record<string, string>>;
  /** Mebibytes of data expected at most, without replicas. */
  readonly datasetMebibytes: number;
  /** What the environment's backups are. */
  readonly backup: BackupSettings['kind'];
  /** SNS topic for alarms. */
  readonly topicArn: string;
  /** The program that changes passwords, built. */
  readonly rotationBundle: FunctionBundle;
}

/** What programs and their permissions need to know of Redis. */
export interface ElasticacheServerlessValue {
  readonly endpoint: ManagedRedisEndpoint;
  /** Name of the cache, literal. */
  readonly serverlessCacheName: string;
  /** ARN of the key that the passwords are encrypted with: who reads them decrypts with it. */
  readonly keyArn: string;
  readonly securityGroupId: string;
}

/**
 * Clients see one virtual node, which stays while AWS replaces what is behind it. How long that takes is not published;
 * this is what AWS says of a failover of nodes.
 */
const failoverMilliseconds = 30_000;

/** @throws ViolationsError if settings contradict each other */
export class ElasticacheServerlessStack extends TerraformStack {
  readonly redis: ElasticacheServerlessValue;

  constructor(scope: Construct, id: string, props: ElasticacheServerlessStackProps) {
    super(scope, id);
    const { account, settings, topicArn } = props;
    const zones = props.network.zones.map(({ zone }) => zone);
    throwViolations(this.node.path, elasticacheServerlessViolations(settings, { ...props, zones }));
    useAwsState(this, account);
    useAws(this, account);
    const name = platformName(account);
    const preventDestroy = settings.destruction.kind === 'prevented';
    const { arn: keyArn } = new EncryptionKey(this, 'key', {
      account,
      name: 'redis',
      description: `Redis of ${account.environment}: data, snapshots, logs, passwords`,
      services: [`logs.${account.region}.amazonaws.com`],
      preventDestroy,
    });
    const users = new ElasticacheUsers(this, 'users', {
      ...props,
      name,
      kind: settings.kind,
      users: settings.users,
      keyArn,
      preventDestroy,
    });
    const cache = new ServerlessCache(this, 'redis', { ...props, name, keyArn, userGroupId: users.userGroupId });
    const { privateName } = settings;
    if (privateName.kind === 'private-zone') {
      const { vpcId } = props.network;
      new PrivateName(this, 'private-name', { account, vpcId, zone: privateName.zone, target: cache.host });
    }
    new ServerlessAlarms(this, 'alarms', { name, limits: settings.limits, topicArn });
    this.redis = {
      endpoint: {
        topology: 'cluster',
        clusterName: name,
        seeds: [{ host: cache.host, port: serverlessPorts['read-write'] }],
        nodePorts: Object.values(serverlessPorts),
        credentials: users.credentials,
        failoverMilliseconds,
      },
      serverlessCacheName: name,
      keyArn,
      securityGroupId: cache.securityGroupId,
    };
    new TerraformOutput(this, 'address', { value: cache.host, description: 'Where Redis is; TLS only' });
  }
}
