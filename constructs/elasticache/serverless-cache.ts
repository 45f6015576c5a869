/** Redis without nodes: its place in the network, and the cache itself. */
import { ElasticacheServerlessCache } from '@cdktf/provider-aws/lib/elasticache-serverless-cache';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import { Construct } from 'constructs';
import type { NetworkValue } from '../network/network';
import { serverlessPorts } from '../redis/names';
import type { ElasticacheServerlessSettings } from '../../environments/elasticache-settings';

export interface ServerlessCacheProps {
  /** Of the cache, `production-redis`; literal, for alarms and policies name it. */
  readonly name: string;
  readonly settings: ElasticacheServerlessSettings;
  readonly network: NetworkValue;
  /** Ids of the security groups that may connect, by a name of each: `nodes`, say. */
  readonly clients: Readonly<Record<string, string>>;
  /** ARN of the key for data and snapshots. */
  readonly keyArn: string;
  readonly userGroupId: string;
}

/** Zones of a cache at most. Source: `CreateServerlessCache` of the ElastiCache API. */
const mostZones = 3;

/** Encrypted at rest and in transit, as each of its kind is; nobody else may connect, and it connects to nobody. */
export class ServerlessCache extends Construct {
  readonly host: string;
  readonly securityGroupId: string;

  constructor(scope: Construct, id: string, props: ServerlessCacheProps) {
    super(scope, id);
    const { name, settings, network, keyArn, userGroupId } = props;
    this.securityGroupId = this.#securityGroup(props);
    const { engine, seed, limits } = settings;
    const cache = new ElasticacheServerlessCache(this, 'cache', {
      name,
      description: `Redis of ${name}, without nodes`,
      engine: engine.kind,
      majorEngineVersion: engine.version,
      cacheUsageLimits: [
        {
          dataStorage: [{ maximum: limits.dataGibibytes, unit: 'GB' }],
          ecpuPerSecond: [{ maximum: limits.processingUnitsPerSecond }],
        },
      ],
      subnetIds: network.zones.slice(0, mostZones).map(({ databaseSubnetId }) => databaseSubnetId),
      securityGroupIds: [this.securityGroupId],
      kmsKeyId: keyArn,
      userGroupId,
      snapshotRetentionLimit: settings.snapshotRetentionDays,
      dailySnapshotTime: settings.snapshotTime,
      ...(seed.kind === 'snapshot' && { snapshotArnsToRestore: [seed.arn] }),
      lifecycle: {
        preventDestroy: settings.destruction.kind === 'prevented',
        // Both count at its creation alone; another value later would replace it, with its data.
        ignoreChanges: ['snapshot_arns_to_restore', 'subnet_ids'],
      },
    });
    this.host = cache.endpoint.get(0).address;
  }

  #securityGroup({ name, network, clients }: ServerlessCacheProps): string {
    const { id } = new SecurityGroup(this, 'security-group', {
      name,
      description: `Redis of ${name}`,
      vpcId: network.vpcId,
    });
    for (const [client, referencedSecurityGroupId] of Object.entries(clients)) {
      for (const [use, port] of Object.entries(serverlessPorts)) {
        new VpcSecurityGroupIngressRule(this, `from-${client}-${use}`, {
          securityGroupId: id,
          referencedSecurityGroupId,
          ipProtocol: 'tcp',
          fromPort: port,
          toPort: port,
          description: `Redis from ${client}, ${use}`,
        });
      }
    }
    return id;
  }
}
